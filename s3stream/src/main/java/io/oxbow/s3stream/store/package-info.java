/**
 * Object stores: create-only puts, ranged reads, strongly consistent listing, deletes.
 *
 * <p>Results are sealed types named by what the caller may conclude: done, exists, not applied,
 * unknown. Unknown is never treated as failed and never leads to a clean-up. {@link
 * io.oxbow.s3stream.store.ObjectStore} is the contract; start there. All calls block; callers run
 * on virtual threads. Implementations are thread-safe.
 */
@NullMarked
package io.oxbow.s3stream.store;

import org.jspecify.annotations.NullMarked;
