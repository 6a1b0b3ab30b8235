package io.oxbow.s3stream.wal.file;

/**
 * Queue of the batches that are not trimmed yet, as (start, end of frames). There is at most one
 * per block of the ring, so that a trim LSN inside a batch keeps that batch's header.
 */
final class BatchMarks {

    private long[] marks = new long[128];
    private int head;
    private int size;

    void add(long startLsn, long framesEndLsn) {
        if (size == marks.length) {
            var larger = new long[marks.length * 2];
            for (int i = 0; i < size; i++) {
                larger[i] = marks[(head + i) & (marks.length - 1)];
            }
            marks = larger;
            head = 0;
        }
        int tail = (head + size) & (marks.length - 1);
        marks[tail] = startLsn;
        marks[tail + 1] = framesEndLsn;
        size += 2;
    }

    /**
     * Drops the batches whose frames all lie below {@code lsn}, and durable PADs at the front after
     * that.
     *
     * @param lsn at most {@code durableLsn}
     * @param nextLsn where the batch after all of these starts
     * @return where the first that is left starts
     */
    long trim(long lsn, long durableLsn, long nextLsn) {
        while (size > 0) {
            long start = marks[head];
            long framesEnd = marks[head + 1];
            boolean durablePad = framesEnd == start && start < durableLsn;
            if (!durablePad && (framesEnd > lsn || framesEnd == start)) {
                return start;
            }
            head = (head + 2) & (marks.length - 1);
            size -= 2;
        }
        return nextLsn;
    }
}
