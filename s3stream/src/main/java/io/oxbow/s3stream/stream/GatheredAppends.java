package io.oxbow.s3stream.stream;

import io.oxbow.s3stream.object.DataObject;
import io.oxbow.s3stream.object.DataObjectWriter;
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
    private long spanBytes;
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

    /** Bytes of the write-ahead log from the first to the last append, about. */
    long spanBytes() {
        return spanBytes;
    }

    /** What they take of the bound on pending bytes. */
    long chargedBytes() {
        return chargedBytes;
    }

    void add(TailEntry entry) {
        TailEntry before = entries.isEmpty() ? entry : entries.getLast();
        entries.add(entry);
        chargedBytes += entry.chargedBytes();
        // The newest may be durable before its appender has told where it lies; the one before it
        // has been told of by now, or will be by the next.
        TailEntry last = entry.isPlaced() ? entry : before;
        TailEntry first = entries.getFirst();
        if (last.isPlaced() && first.isPlaced()) {
            spanBytes = last.placed().endLsn() - first.placed().lsn();
        }
    }

    /** Below it everything is in here or was uploaded before. */
    long endLsn() throws InterruptedException {
        TailEntry last = entries.getLast();
        last.stream().tail().awaitPlaced(last);
        return last.placed().endLsn();
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
