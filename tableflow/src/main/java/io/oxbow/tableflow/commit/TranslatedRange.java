package io.oxbow.tableflow.commit;

/**
 * A stretch of one partition that has been translated.
 *
 * @param fromOffset where the partition's table left off
 * @param startOffset the first offset that the log still had; beyond {@code fromOffset} if it was
 *     trimmed in between
 * @param endOffset the offset after the last one
 * @param rows rows made of it
 * @param quarantined records that could not become rows
 */
public record TranslatedRange(
        int partition,
        long fromOffset,
        long startOffset,
        long endOffset,
        long rows,
        long quarantined) {

    public TranslatedRange {
        if (fromOffset < 0 || fromOffset > startOffset || startOffset > endOffset) {
            throw new IllegalArgumentException(
                    "offsets %d, %d, %d of partition %d are out of order"
                            .formatted(fromOffset, startOffset, endOffset, partition));
        }
    }

    /** Returns the number of offsets that were trimmed from the log before they were read. */
    public long trimmed() {
        return startOffset - fromOffset;
    }
}
