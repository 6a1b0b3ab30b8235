package io.oxbow.s3stream.cache;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Bounded off-heap memory for blocks of any size. Blocks are read into it and sent from it without
 * a copy between and without work for the garbage collector. Taken from the machine region by
 * region, as it is needed, and never given back. Thread-safe; does not wait.
 */
final class BlockMemory {

    static final int REGION_BYTES = 4 << 20;
    private static final int UNIT_BYTES = 1 << 10;

    private final int regionUnits;
    private final int regionsMax;
    private final long shownBytesMax;
    private final ReentrantLock lock = new ReentrantLock();

    /* All below is guarded by the lock. */
    private final List<Region> regions = new ArrayList<>();
    private long usedBytes;
    private long shownBytes;

    BlockMemory(long bytesMax) {
        this.regionUnits = (int) (Math.min(bytesMax, REGION_BYTES) / UNIT_BYTES);
        this.regionsMax =
                regionUnits == 0 ? 0 : Math.toIntExact(bytesMax / UNIT_BYTES / regionUnits);
        this.shownBytesMax = bytesMax / 2;
    }

    /** Returns whether {@code bytes} fit into one region, the largest piece there can be. */
    boolean fits(int bytes) {
        return units(bytes) <= regionUnits;
    }

    /**
     * Takes a piece of memory, or returns null when there is no room for {@code bytes} in one
     * piece.
     */
    @Nullable Piece take(int bytes) {
        int units = units(bytes);
        if (units > regionUnits) {
            return null;
        }
        lock.lock();
        try {
            for (Region region : regions) {
                int at = region.find(units);
                if (at >= 0) {
                    return take(region, at, bytes);
                }
            }
            if (regions.size() == regionsMax) {
                return null;
            }
            Region region = new Region(regionUnits);
            regions.add(region);
            return take(region, 0, bytes);
        } finally {
            lock.unlock();
        }
    }

    private Piece take(Region region, int at, int bytes) {
        int units = units(bytes);
        region.used.set(at, at + units);
        region.freeUnits -= units;
        usedBytes += (long) units * UNIT_BYTES;
        return new Piece(region, at, bytes);
    }

    private static int units(int bytes) {
        return Math.max(1, Math.ceilDiv(bytes, UNIT_BYTES));
    }

    /** Returns the bytes of pieces in use. */
    long usedBytes() {
        lock.lock();
        try {
            return usedBytes;
        } finally {
            lock.unlock();
        }
    }

    /** Returns the bytes of pieces that readers have views of. */
    long shownBytes() {
        lock.lock();
        try {
            return shownBytes;
        } finally {
            lock.unlock();
        }
    }

    private static final class Region {
        private final ByteBuffer memory;
        private final BitSet used;
        private final int units;
        private int freeUnits;

        Region(int units) {
            this.memory = ByteBuffer.allocateDirect(units * UNIT_BYTES);
            this.used = new BitSet(units);
            this.units = units;
            this.freeUnits = units;
        }

        /** Returns the first of {@code wanted} adjacent free units, or -1 if there are none. */
        int find(int wanted) {
            if (freeUnits < wanted) {
                return -1;
            }
            int from = used.nextClearBit(0);
            while (from + wanted <= units) {
                int to = used.nextSetBit(from);
                if (to < 0 || to - from >= wanted) {
                    return from;
                }
                from = used.nextClearBit(to);
            }
            return -1;
        }
    }

    /** Piece of the memory, in use until it is freed, once. */
    final class Piece {
        private final Region region;
        private final int at;
        private final int bytes;

        /** Number of readers with a view of the piece; guarded by the lock. */
        private int readers;

        private Piece(Region region, int at, int bytes) {
            this.region = region;
            this.at = at;
            this.bytes = bytes;
        }

        ByteBuffer buffer() {
            return region.memory.slice(at * UNIT_BYTES, bytes);
        }

        /**
         * Counts a reader with a view of the piece, or returns false when readers hold views of too
         * much memory.
         */
        boolean tryShow() {
            lock.lock();
            try {
                if (readers == 0 && shownBytes + bytes > shownBytesMax) {
                    return false;
                }
                shownBytes += readers++ == 0 ? bytes : 0;
                return true;
            } finally {
                lock.unlock();
            }
        }

        void hide() {
            lock.lock();
            try {
                shownBytes -= --readers == 0 ? bytes : 0;
            } finally {
                lock.unlock();
            }
        }

        void free() {
            assert isWiped();
            int units = units(bytes);
            lock.lock();
            try {
                region.used.clear(at, at + units);
                region.freeUnits += units;
                usedBytes -= (long) units * UNIT_BYTES;
            } finally {
                lock.unlock();
            }
        }

        /**
         * Overwrites the piece, so that a reader that uses it after closing is found at once; runs
         * as an assertion, in tests.
         */
        private boolean isWiped() {
            ByteBuffer all = buffer();
            while (all.hasRemaining()) {
                all.put((byte) 0xdb);
            }
            return true;
        }
    }
}
