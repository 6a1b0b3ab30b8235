package io.oxbow.tableflow.translate;

/**
 * A stretch of one partition to translate.
 *
 * @param fromOffset where the table left off
 * @param startOffset the first offset to read; beyond {@code fromOffset} if the log was trimmed
 * @param endOffset the stream's committed end
 */
record PartitionTask(
        int partition,
        TopicLog.Committed stream,
        long fromOffset,
        long startOffset,
        long endOffset) {}
