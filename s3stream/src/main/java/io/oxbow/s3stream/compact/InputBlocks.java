package io.oxbow.s3stream.compact;

import io.oxbow.s3stream.object.Block;
import io.oxbow.s3stream.object.BlockEntry;
import io.oxbow.s3stream.object.ObjectIndex;
import io.oxbow.s3stream.object.ObjectReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads those blocks of one input that go into one output, in order and in large ranges. The blocks
 * must be asked for first. For one thread.
 */
final class InputBlocks {

    /**
     * Greatest hole between blocks, in bytes, that is read over, because it costs less than another
     * request.
     */
    private static final long HOLE_BYTES_MAX = 64 << 10;

    private final String key;
    private final ObjectIndex index;
    private final Source source;
    private final ArrayDeque<Integer> wanted = new ArrayDeque<>();
    private final ArrayDeque<Block> ready = new ArrayDeque<>();

    /** Means to read inputs: object reader, pace and window size in bytes. */
    record Source(ObjectReader objects, Pace pace, int windowBytes) {}

    InputBlocks(String key, ObjectIndex index, Source source) {
        this.key = key;
        this.index = index;
        this.source = source;
    }

    /** Adds the blocks that overlap an extent to those to be read; returns their number. */
    int want(long streamId, long fromOffset, long toOffset) {
        int count = 0;
        int i = index.firstBeyond(streamId, fromOffset);
        while (index.isOf(i, streamId) && index.entry(i).startOffset() < toOffset) {
            wanted.add(i++);
            count++;
        }
        return count;
    }

    Block next() {
        if (ready.isEmpty()) {
            read();
        }
        return ready.remove();
    }

    private void read() {
        List<BlockEntry> window = new ArrayList<>();
        long position = index.entry(wanted.getFirst()).position();
        long end = position;
        while (!wanted.isEmpty()) {
            BlockEntry entry = index.entry(wanted.getFirst());
            long entryEnd = entry.position() + entry.size();
            boolean far = entry.position() - end > HOLE_BYTES_MAX;
            if (!window.isEmpty() && (far || entryEnd - position > source.windowBytes())) {
                break;
            }
            window.add(entry);
            end = Math.max(end, entryEnd);
            wanted.remove();
        }
        source.pace().take(end - position);
        ready.addAll(source.objects().blocks(key, window));
    }
}
