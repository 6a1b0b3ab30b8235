/**
 * In-memory stand-ins that keep the contracts of what the broker builds on.
 *
 * <p>Start at {@link io.oxbow.broker.testing.InMemoryStreamStore}.
 */
@NullMarked
package io.oxbow.broker.testing;

import org.jspecify.annotations.NullMarked;
