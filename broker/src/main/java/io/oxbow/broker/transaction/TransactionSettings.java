package io.oxbow.broker.transaction;

import java.time.Duration;

/**
 * Settings of the transaction coordinator, of Kafka's names.
 *
 * @param timeoutMillisMax {@code transaction.max.timeout.ms}
 * @param idExpiration {@code transactional.id.expiration.ms}
 * @param abortInterval {@code transaction.abort.timed.out.transaction.cleanup.interval.ms}
 * @param expiryInterval {@code transaction.remove.expired.transaction.cleanup.interval.ms}
 * @param loadBytes {@code transaction.state.log.load.buffer.size}
 * @param retryLimit {@code add.partitions.to.txn.retry.backoff.max.ms}
 * @param retryPause {@code add.partitions.to.txn.retry.backoff.ms}
 */
public record TransactionSettings(
        int timeoutMillisMax,
        Duration idExpiration,
        Duration abortInterval,
        Duration expiryInterval,
        int loadBytes,
        Duration retryLimit,
        Duration retryPause) {}
