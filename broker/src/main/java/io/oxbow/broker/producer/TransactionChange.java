package io.oxbow.broker.producer;

/**
 * The begin or the end of a transaction in one partition, by the batch that is appended for it.
 *
 * @param firstOffset of the transaction's first batch
 * @param offset of the batch that makes the change
 */
public record TransactionChange(Kind kind, long producerId, long firstOffset, long offset) {

    public enum Kind {
        BEGIN,
        COMMIT,
        ABORT
    }
}
