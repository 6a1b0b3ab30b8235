package io.oxbow.broker.clean;

/**
 * Counts of a log cleaner, since the start of the process.
 *
 * @param cleanings that were done
 * @param bytesRead of logs, as appended, in both passes
 * @param bytesRemoved by which logs are shorter
 * @param dirtyRatioMax of the dirtiest partition at the last look
 * @param uncleanable partitions whose last cleaning failed
 * @param uncleanableBytes that are dirty in those
 * @param lastSeconds that the last cleaning took
 * @param lastEndMillis wall clock at the end of the last look that found nothing left to clean; 0
 *     before the first
 */
public record CleanerCounts(
        long cleanings,
        long bytesRead,
        long bytesRemoved,
        double dirtyRatioMax,
        long uncleanable,
        long uncleanableBytes,
        double lastSeconds,
        long lastEndMillis) {

    static final CleanerCounts NONE = new CleanerCounts(0, 0, 0, 0, 0, 0, 0, 0);

    CleanerCounts with(Cleaning.Result done, double seconds) {
        return new CleanerCounts(
                cleanings + 1,
                bytesRead + done.bytesMapped() + done.bytesBefore(),
                bytesRemoved + done.bytesBefore() - done.bytesAfter(),
                dirtyRatioMax,
                uncleanable,
                uncleanableBytes,
                seconds,
                lastEndMillis);
    }

    CleanerCounts looked(double dirtiest, long failed, long failedBytes) {
        return new CleanerCounts(
                cleanings,
                bytesRead,
                bytesRemoved,
                dirtiest,
                failed,
                failedBytes,
                lastSeconds,
                lastEndMillis);
    }

    CleanerCounts idle(long nowMillis) {
        return new CleanerCounts(
                cleanings,
                bytesRead,
                bytesRemoved,
                dirtyRatioMax,
                uncleanable,
                uncleanableBytes,
                lastSeconds,
                nowMillis);
    }
}
