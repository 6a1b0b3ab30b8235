package io.oxbow.s3stream.stream;

import io.oxbow.s3stream.object.DataObject;
import io.oxbow.s3stream.object.DataObjectWriter;
import io.oxbow.s3stream.wal.WriteAheadLog;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Durable appends of all streams in LSN order that will make one object. Filled under the
 * uploader's lock; once sealed, the uploader's thread alone has it.
 */
final class GatheredAppends {

    private final long sinceNanos;
    private final List<TailEntry> entries = new ArrayList<>();
    private final TreeMap<Long, OpenStream> uploaded = new TreeMap<>();
    private final List<TailEntry> unmeasured = new ArrayList<>();
    private final TreeMap<Integer, Span> spans = new TreeMap<>();
    private long chargedBytes;

    /**
     * @param sinceNanos when the first append came
     */
    GatheredAppends(long sinceNanos) {
        this.sinceNanos = sinceNanos;
    }

    long sinceNanos() {
        return sinceNanos;
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Bytes from the first to the last append of each volume of the write-ahead log, about. */
    long spanBytes() {
        return spans.values().stream().mapToLong(Span::bytes).sum();
    }

    /** The same for the volume where it is largest. */
    long largestSpanBytes() {
        return spans.values().stream().mapToLong(Span::bytes).max().orElse(0);
    }

    /** What they take of the bound on pending bytes. */
    long chargedBytes() {
        return chargedBytes;
    }

    void add(TailEntry entry) {
        entries.add(entry);
        chargedBytes += entry.chargedBytes();
        // The newest may be durable before its appender has told where it lies.
        unmeasured.add(entry);
        unmeasured.removeIf(this::measure);
    }

    private boolean measure(TailEntry entry) {
        if (!entry.isPlaced()) {
            return false;
        }
        WriteAheadLog.Entry where = entry.placed();
        spans.merge(where.volume(), new Span(where.lsn(), where.endLsn()), Span::union);
        return true;
    }

    private record Span(long lsn, long endLsn) {
        long bytes() {
            return endLsn - lsn;
        }

        Span union(Span other) {
            return new Span(Math.min(lsn, other.lsn), Math.max(endLsn, other.endLsn));
        }
    }

    /**
     * Below these positions everything is in here or was uploaded before. Appends of one volume are
     * gathered in that volume's order, so its last one says how far it is covered.
     *
     * @param covered the same of what was uploaded before
     */
    List<Long> endLsns(List<Long> covered) throws InterruptedException {
        List<Long> ends = new ArrayList<>(covered);
        for (TailEntry entry : entries) {
            entry.stream().tail().awaitPlaced(entry);
            ends.set(entry.placed().volume(), entry.placed().endLsn());
        }
        return List.copyOf(ends);
    }

    /** The stream of a range of the object that was made. */
    OpenStream stream(long streamId) {
        return Objects.requireNonNull(uploaded.get(streamId));
    }

    /**
     * Sorted into a data object; null when none of the streams wants its appends kept. The entries
     * must not be released before the object has been put.
     */
    @Nullable DataObject toObject() throws InterruptedException {
        Map<OpenStream, List<TailEntry>> byStream = new LinkedHashMap<>();
        for (TailEntry entry : entries) {
            entry.stream().tail().awaitPlaced(entry);
            byStream.computeIfAbsent(entry.stream(), stream -> new ArrayList<>()).add(entry);
        }
        byStream.keySet().removeIf(OpenStream::isGivenUp);
        byStream.keySet().forEach(stream -> uploaded.put(stream.streamId(), stream));
        var writer = new DataObjectWriter();
        for (OpenStream stream : uploaded.values()) {
            for (TailEntry entry : Objects.requireNonNull(byStream.get(stream))) {
                writer.add(entry.frame());
            }
        }
        return writer.isEmpty() ? null : writer.finish();
    }

    /** Lets go of the memory. Returns the bytes that it was charged. */
    long release() {
        long charged = 0;
        Map<OpenStream, Long> ends = new LinkedHashMap<>();
        entries.forEach(entry -> ends.put(entry.stream(), entry.nextOffset()));
        for (var end : ends.entrySet()) {
            charged += end.getKey().tail().releaseBelow(end.getValue());
        }
        return charged;
    }
}
