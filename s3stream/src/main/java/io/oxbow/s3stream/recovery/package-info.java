/**
 * Recovery of the write-ahead log of a dead node epoch.
 *
 * <p>{@code WalRecovery} claims the epoch, reads its log and commits what it finds on its behalf
 * ({@code RecoveryAttempt}, {@code RecoveryBatch}, {@code RecoveryUpload}); {@code OwnRecovery}
 * does so for a node's own earlier epochs before it starts.
 */
@NullMarked
package io.oxbow.s3stream.recovery;

import org.jspecify.annotations.NullMarked;
