package io.oxbow.s3stream.compact;

import io.oxbow.s3stream.object.Block;
import io.oxbow.s3stream.object.BlockEntry;
import io.oxbow.s3stream.object.ObjectIndex;
import io.oxbow.s3stream.object.ObjectReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The blocks of one input that go into one output, in order, read in large ranges. What is wanted
 * is told first. For one thread.
 */
final class InputBlocks {

    /** Reading over as much costs less than another request. */
    private static final long HOLE_BYTES_MAX = 64 << 10;

    private final String key;
    private final ObjectIndex index;
    private final Source source;
    private final ArrayDeque<Integer> wanted = new ArrayDeque<>();
    private final ArrayDeque<Block> ready = new ArrayDeque<>();

    /** How inputs are read. */
    record Source(ObjectReader objects, Pace pace, int windowBytes) {}

    InputBlocks(String key, ObjectIndex index, Source source) {
        this.key = key;
        this.index = index;
        this.source = source;
    }

    /** Asks for the blocks that overlap an extent; returns how many they are. */
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
