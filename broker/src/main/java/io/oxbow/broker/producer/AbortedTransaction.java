package io.oxbow.broker.producer;

/**
 * A transaction whose records readers of committed data leave out.
 *
 * @param lastOffset of its marker
 * @param stableOffset every transaction that ends later begins at or above it
 */
public record AbortedTransaction(
        long producerId, long firstOffset, long lastOffset, long stableOffset) {}
