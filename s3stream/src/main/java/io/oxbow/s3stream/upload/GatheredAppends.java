package io.oxbow.s3stream.upload;

import io.oxbow.s3stream.tail.Tail;
import io.oxbow.s3stream.tail.TailEntry;
import io.oxbow.s3stream.wal.WriteAheadLog;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Durable appends of all streams, in the LSN order of each volume, for one upload. Filled under the
 * uploader's lock; once sealed, the uploader's threads alone have it.
 */
public final class GatheredAppends {

    private final WriteAheadLog wal;
    private final long number;
    private final long sinceNanos;
    private final List<TailEntry> entries = new ArrayList<>();
    private final List<Span> spans = new ArrayList<>();
    private long frameBytes;
    private long reservedBytes;

    /**
     * @param number of rounds before
     * @param sinceNanos when the first append came
     */
    GatheredAppends(WriteAheadLog wal, long number, long sinceNanos) {
        this.wal = wal;
        this.number = number;
        this.sinceNanos = sinceNanos;
    }

    /** Range of one volume of the write-ahead log that the gathered appends cover. */
    private static final class Span {
        private long lsn = Long.MAX_VALUE;
        private long endLsn = Long.MIN_VALUE;
        private long bytes;

        /**
         * Adds an entry to the range; the log must still hold everything in it, so that it can be
         * measured.
         */
        public void add(TailEntry entry, WriteAheadLog wal) {
            lsn = Math.min(lsn, entry.lsn());
            endLsn = Math.max(endLsn, entry.endLsn());
            bytes = wal.bytesBetween(entry.volume(), lsn, endLsn);
        }

        public boolean isEmpty() {
            return endLsn == Long.MIN_VALUE;
        }

        public long bytes() {
            return bytes;
        }
    }

    public long sinceNanos() {
        return sinceNanos;
    }

    public boolean isEmpty() {
        return entries.isEmpty();
    }

    public List<TailEntry> entries() {
        return entries;
    }

    public int count() {
        return entries.size();
    }

    /** Returns its place among all rounds, from 0; parts of one round have the same. */
    long number() {
        return number;
    }

    /** Returns the appends from index {@code from} to {@code to} as a round of their own. */
    GatheredAppends part(int from, int to) {
        var part = new GatheredAppends(wal, number, sinceNanos);
        entries.subList(from, to).forEach(part::add);
        return part;
    }

    /** Returns the bytes of the appends with their frames. */
    public long frameBytes() {
        return frameBytes;
    }

    /**
     * Returns the bytes from the first to the last append of each volume of the write-ahead log,
     * about.
     */
    long spanBytes() {
        return spans.stream().mapToLong(Span::bytes).sum();
    }

    /** Notes what it is counted as while it is under way. */
    public long reserve() {
        reservedBytes = spanBytes();
        return reservedBytes;
    }

    long reservedBytes() {
        return reservedBytes;
    }

    /** Returns the bytes from the first to the last append, of the volume where they are most. */
    long largestSpanBytes() {
        return spans.stream().mapToLong(Span::bytes).max().orElse(0);
    }

    public void add(TailEntry entry) {
        entries.add(entry);
        frameBytes += entry.frameBytes();
        while (spans.size() <= entry.volume()) {
            spans.add(new Span());
        }
        spans.get(entry.volume()).add(entry, wal);
    }

    /**
     * Returns, for each volume, the LSN below which all durable appends are gathered here or were
     * gathered before. Appends of one volume are gathered in that volume's order, so its last one
     * says how far it is covered.
     *
     * @param before the same of what was gathered before
     */
    public List<Long> endLsns(List<Long> before) {
        List<Long> ends = new ArrayList<>(before);
        for (int volume = 0; volume < spans.size(); volume++) {
            if (!spans.get(volume).isEmpty()) {
                ends.set(volume, spans.get(volume).endLsn);
            }
        }
        return List.copyOf(ends);
    }

    /** Lets the tails drop these appends. */
    public void release() {
        Map<Tail, Long> ends = new LinkedHashMap<>();
        entries.forEach(entry -> ends.put(entry.tail(), entry.nextOffset()));
        ends.forEach(Tail::releaseBelow);
    }
}
