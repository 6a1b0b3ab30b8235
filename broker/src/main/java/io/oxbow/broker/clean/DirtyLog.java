package io.oxbow.broker.clean;

/**
 * A log with what a cleaning would find: about so many bytes are clean, so many dirty.
 *
 * @param toOffset end of the dirty part
 * @param overdue true when the first dirty record is older than {@code max.compaction.lag.ms}
 */
record DirtyLog(
        CleanableLog log, long toOffset, long cleanBytes, long dirtyBytes, boolean overdue) {

    double ratio() {
        long all = cleanBytes + dirtyBytes;
        return all == 0 ? 0 : (double) dirtyBytes / all;
    }

    boolean isDue() {
        return dirtyBytes > 0 && (overdue || ratio() > log.config().minCleanableRatio);
    }
}
