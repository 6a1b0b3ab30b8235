package io.oxbow.s3stream.compact;

/**
 * Counts of compaction since the node started, and the backlog as of its last scan of the image.
 *
 * @param looks for something to do
 * @param steps that were carried out
 * @param objectsWritten that were committed
 * @param bytesRead of inputs, holes between their blocks included
 * @param bytesWritten of outputs
 * @param rangesCommitted runs that became part of their streams
 * @param rangesRefused runs whose streams had moved on; planned again if still worth it
 * @param failures steps that were given up, to be planned again
 * @param damagedObjects inputs that cannot be read and are left alone until the next start
 * @param backlogObjects with something to gain, as of the last look
 * @param pressing whether there were too many objects of many streams at the last look
 */
public record CompactionStats(
        long looks,
        long steps,
        long objectsWritten,
        long bytesRead,
        long bytesWritten,
        long rangesCommitted,
        long rangesRefused,
        long failures,
        int damagedObjects,
        int backlogObjects,
        boolean pressing) {}
