package io.oxbow.s3stream.image;

import io.oxbow.s3stream.binary.BinaryReader;
import io.oxbow.s3stream.binary.BinaryWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * Extents of one stream, contiguous and in order, in chunks of varints: about seven bytes each. A
 * chunk's head says where it starts and ends, so that a look-up decodes one chunk only. Not
 * thread-safe.
 */
final class StreamExtents {

    static final int EXTENTS_PER_CHUNK = 64;

    /** One extent or part, decoded. */
    record Entry(long objectId, long startOffset, long endOffset, long bytes, long maxTimestamp) {

        /**
         * Returns the number of the entry's bytes below {@code offset}, as if they were evenly
         * spread.
         */
        long bytesBelow(long offset) {
            return CoreImage.bytesBelow(offset, startOffset, endOffset, bytes);
        }
    }

    /** Visitor of entries; returns whether to go on. */
    @FunctionalInterface
    interface Visitor {
        boolean visit(Entry entry);
    }

    /** State of the delta coding: the values of the extent before. */
    private static final class Deltas {
        private long objectId;
        private long timestamp;

        void write(Entry entry, BinaryWriter out) {
            out.varint(entry.endOffset() - entry.startOffset());
            out.signedVarint(entry.objectId() - objectId);
            out.varint(entry.bytes());
            out.signedVarint(entry.maxTimestamp() - timestamp);
            objectId = entry.objectId();
            timestamp = entry.maxTimestamp();
        }

        Entry read(long start, BinaryReader in) {
            long end = start + in.natural();
            if (end <= start) {
                throw in.corrupt("an extent that ends at %d, not after %d".formatted(end, start));
            }
            objectId += in.signedVarint();
            long bytes = in.natural();
            timestamp += in.signedVarint();
            return new Entry(objectId, start, end, bytes, timestamp);
        }
    }

    private static final class Chunk {
        final long startOffset;
        long endOffset;
        int count;
        final Deltas deltas = new Deltas();
        byte[] encoded = new byte[0];

        Chunk(long startOffset) {
            this.startOffset = startOffset;
            this.endOffset = startOffset;
        }

        void add(Entry entry) {
            addAll(List.of(entry));
        }

        /** Appends entries, at most as many as fit into the chunk. */
        void addAll(List<Entry> entries) {
            var out = new BinaryWriter(16 * entries.size());
            entries.forEach(entry -> deltas.write(entry, out));
            int size = encoded.length;
            encoded = Arrays.copyOf(encoded, size + out.size());
            out.view().get(encoded, size, out.size());
            endOffset = entries.getLast().endOffset();
            count += entries.size();
        }

        Entry first() {
            return new Deltas().read(startOffset, new BinaryReader("extents in memory", encoded));
        }

        List<Entry> entries() {
            var entries = new ArrayList<Entry>(count);
            forEach(entries::add);
            return entries;
        }

        boolean forEach(Visitor visitor) {
            var in = new BinaryReader("extents in memory", encoded);
            var reading = new Deltas();
            long start = startOffset;
            for (int i = 0; i < count; i++) {
                Entry entry = reading.read(start, in);
                if (!visitor.visit(entry)) {
                    return false;
                }
                start = entry.endOffset();
            }
            return true;
        }
    }

    private final List<Chunk> chunks = new ArrayList<>();
    private int count;
    private long bytes;

    int count() {
        return count;
    }

    /**
     * Returns the bytes of entries that reach beyond {@code startOffset}; of a part that it cuts, a
     * share.
     */
    long sizeInBytes(long startOffset, ObjectTable objects) {
        if (chunks.isEmpty() || startOffset <= chunks.getFirst().startOffset) {
            return bytes;
        }
        Entry first = chunks.getFirst().first();
        return objects.isComposite(first.objectId())
                ? bytes - first.bytesBelow(startOffset)
                : bytes;
    }

    void add(Entry entry) {
        Chunk last = chunks.isEmpty() ? null : chunks.getLast();
        if (last != null && last.endOffset != entry.startOffset()) {
            throw new IllegalStateException(
                    "broken invariant: extent %s after one that ends at %d"
                            .formatted(entry, last.endOffset));
        }
        if (last == null || last.count == EXTENTS_PER_CHUNK) {
            last = new Chunk(entry.startOffset());
            chunks.add(last);
        }
        last.add(entry);
        count++;
        bytes += entry.bytes();
    }

    /** Visits, in order, the entries that reach beyond {@code fromOffset}. */
    void forEachFrom(long fromOffset, Visitor visitor) {
        for (int i = firstChunkBeyond(fromOffset); i < chunks.size(); i++) {
            boolean goOn =
                    chunks.get(i)
                            .forEach(entry ->
                                    entry.endOffset() <= fromOffset || visitor.visit(entry));
            if (!goOn) {
                return;
            }
        }
    }

    /** Returns the entries with offsets in [startOffset, endOffset), in order. */
    List<Entry> overlapping(long startOffset, long endOffset) {
        var found = new ArrayList<Entry>();
        forEachFrom(startOffset, entry -> entry.startOffset() < endOffset && found.add(entry));
        return found;
    }

    /**
     * Replaces a run of adjacent entries by others, which end where the run ends. They start where
     * the run starts; before that only if nothing lies before it.
     */
    void replace(List<Entry> run, List<Entry> by) {
        int from = firstChunkBeyond(run.getFirst().startOffset());
        int to = firstChunkBeyond(run.getLast().startOffset()) + 1;
        var entries = new ArrayList<Entry>();
        boolean placed = false;
        for (Chunk chunk : chunks.subList(from, to)) {
            for (Entry entry : chunk.entries()) {
                boolean replaced =
                        entry.startOffset() >= run.getFirst().startOffset()
                                && entry.endOffset() <= run.getLast().endOffset();
                if (!replaced) {
                    entries.add(entry);
                } else if (!placed) {
                    entries.addAll(by);
                    placed = true;
                }
            }
        }
        rebuild(from, to, entries);
        count += by.size() - run.size();
        by.forEach(entry -> bytes += entry.bytes());
        run.forEach(entry -> bytes -= entry.bytes());
    }

    private void rebuild(int fromChunk, int toChunk, List<Entry> entries) {
        long expected = fromChunk == 0 ? -1 : chunks.get(fromChunk - 1).endOffset;
        for (Entry entry : entries) {
            if (expected != -1 && entry.startOffset() != expected) {
                throw new IllegalStateException(
                        "broken invariant: extent %s after one that ends at %d"
                                .formatted(entry, expected));
            }
            expected = entry.endOffset();
        }
        var rebuilt = new ArrayList<Chunk>();
        for (int i = 0; i < entries.size(); i += EXTENTS_PER_CHUNK) {
            var chunk = new Chunk(entries.get(i).startOffset());
            chunk.addAll(entries.subList(i, Math.min(entries.size(), i + EXTENTS_PER_CHUNK)));
            rebuilt.add(chunk);
        }
        List<Chunk> replaced = chunks.subList(fromChunk, toChunk);
        if (expected != replaced.getLast().endOffset) {
            throw new IllegalStateException(
                    "broken invariant: extents up to %d where they ended at %d"
                            .formatted(expected, replaced.getLast().endOffset));
        }
        replaced.clear();
        chunks.addAll(fromChunk, rebuilt);
    }

    /** Drops the entries that lie wholly below {@code startOffset}. */
    void trim(long startOffset, Consumer<Entry> dropped) {
        int beyond = firstChunkBeyond(startOffset);
        List<Chunk> whole = chunks.subList(0, beyond);
        for (Chunk chunk : whole) {
            chunk.forEach(entry -> drop(entry, dropped));
        }
        whole.clear();
        if (chunks.isEmpty() || startOffset <= chunks.getFirst().startOffset) {
            return;
        }
        var kept = new ArrayList<Entry>();
        chunks.getFirst()
                .forEach(entry ->
                        entry.endOffset() <= startOffset ? drop(entry, dropped) : kept.add(entry));
        var first = new Chunk(kept.getFirst().startOffset());
        first.addAll(kept);
        chunks.set(0, first);
    }

    private boolean drop(Entry entry, Consumer<Entry> dropped) {
        count--;
        bytes -= entry.bytes();
        dropped.accept(entry);
        return true;
    }

    private int firstChunkBeyond(long offset) {
        int low = 0;
        int high = chunks.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (chunks.get(middle).endOffset <= offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Writes the extents, with the same bytes for the same extents, whatever the chunks. */
    void writeTo(BinaryWriter out) {
        out.varint(count);
        if (count == 0) {
            return;
        }
        out.varint(chunks.getFirst().startOffset);
        var deltas = new Deltas();
        forEachFrom(
                -1,
                entry -> {
                    deltas.write(entry, out);
                    return true;
                });
    }

    static StreamExtents readFrom(BinaryReader in) {
        var extents = new StreamExtents();
        int count = in.count(4);
        long start = count == 0 ? 0 : in.natural();
        var deltas = new Deltas();
        for (int i = 0; i < count; i++) {
            Entry entry = deltas.read(start, in);
            extents.add(entry);
            start = entry.endOffset();
        }
        return extents;
    }

    long firstOffset() {
        return chunks.isEmpty() ? -1 : chunks.getFirst().startOffset;
    }

    long endOffset() {
        return chunks.isEmpty() ? -1 : chunks.getLast().endOffset;
    }
}
