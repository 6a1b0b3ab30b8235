package io.oxbow.s3stream.config;

import io.oxbow.s3stream.config.StreamStoreConfig.Memory;
import io.oxbow.s3stream.config.StreamStoreConfig.Reads;

/**
 * Bounds, in bytes, on the memory of each part of a node's engine. {@link #derive} gives the
 * defaults; every bound can be set by itself.
 *
 * <p>Off the heap are the write-ahead log's slabs, which hold what is being written and are shared
 * by tails, readers and uploads, and the blocks of data objects; all else is on the heap.
 *
 * @param slabBytes of the write-ahead log
 * @param memory of appends that are not in data objects
 * @param objectBytes an upload starts when so much has gathered
 * @param inFlightBytes of uploads under way
 * @param uploadCopyBytes on the heap, of small appends and of what uploads read back
 * @param reads what reads of data objects may keep
 * @param compactionBytes of a compaction under way
 */
public record MemoryBounds(
        long slabBytes,
        Memory memory,
        long objectBytes,
        long inFlightBytes,
        long uploadCopyBytes,
        Reads reads,
        long compactionBytes) {

    private static final long MIB = 1L << 20;

    /** Size of a slab; slab memory is derived as a multiple of it. */
    private static final long SLAB_BYTES = 4 * MIB;

    /**
     * Slab memory beside tails and readers: room for the largest record, and two slabs that are
     * being filled.
     */
    private static final long WRITING_BYTES = 32 * MIB + 2 * SLAB_BYTES;

    private static final long LEAST_SHARED_BYTES = 40 * MIB;

    /** Least slab memory for each volume; a log of several volumes does not open with less. */
    private static final long LEAST_VOLUME_BYTES = 64 * MIB;

    private static final long MOST_SLAB_BYTES = 4096 * MIB;
    private static final long LARGEST_OBJECT_BYTES = 256 * MIB;

    /**
     * Least memory that a JVM takes beside heap and direct memory, such as for thread stacks and
     * classes.
     */
    private static final long LEAST_JVM_BYTES = 96 * MIB;

    /**
     * Memory that the process has.
     *
     * @param heapBytes the heap's maximum
     * @param directBytes the maximum of direct memory
     * @param machineBytes of the container or, if there is none, of the machine
     */
    public record Surroundings(long heapBytes, long directBytes, long machineBytes) {

        /** Returns the bytes left for direct memory beside heap and JVM. */
        long offHeapBytes() {
            long jvm = Math.max(LEAST_JVM_BYTES, machineBytes / 10);
            return Math.max(0, Math.min(directBytes, machineBytes - heapBytes - jvm));
        }
    }

    /** Derives the bounds for a log of one volume. */
    public static MemoryBounds derive(Surroundings has) {
        return derive(has, 1);
    }

    /**
     * Derives the bounds as shares of heap and direct memory; the rest is for everything outside
     * the engine.
     *
     * @param volumes of the write-ahead log: each has a slab that is being filled
     */
    public static MemoryBounds derive(Surroundings has, int volumes) {
        long writing = WRITING_BYTES + (volumes - 1) * SLAB_BYTES;
        long least = Math.max(writing + LEAST_SHARED_BYTES, volumes * LEAST_VOLUME_BYTES);
        long heap = has.heapBytes();
        long slabs = has.offHeapBytes() * 3 / 5;
        slabs = Math.clamp(slabs - slabs % SLAB_BYTES, least, Math.max(least, MOST_SLAB_BYTES));
        long shared = slabs - writing;
        long held = shared / 8;
        long tail = shared - held;
        long copies = heap / 6;
        // As large as memory allows, since each object is a request to pay for; the uploader takes
        // less as far as appends go on while an object is put.
        long object = Math.min(LARGEST_OBJECT_BYTES, tail + copies / 2);
        long inFlight = Math.max(object, tail * 2 / 3);
        long readBack = Math.clamp(heap / 64, 2 * MIB, 64 * MIB);
        long beside = Math.max(0, has.offHeapBytes() - slabs);
        long blockCache = Math.max(MIB, Math.min(has.offHeapBytes() / 8, beside / 2));
        long readahead = Math.clamp(blockCache / 8, MIB, 16 * MIB);
        return new MemoryBounds(
                slabs,
                new Memory(tail, held, heap / 16, readBack),
                object,
                inFlight,
                copies,
                new Reads(blockCache, heap / 32, readahead, 16),
                Math.clamp(heap / 16, 8 * MIB, 512 * MIB));
    }

    /**
     * Returns these bounds with objects that gather in memory alone: a log in the bucket is read
     * back by requests to pay for.
     */
    public MemoryBounds forLogInBucket() {
        return new MemoryBounds(
                slabBytes,
                memory,
                Math.min(objectBytes, memory.tailBytes() * 3 / 4),
                inFlightBytes,
                uploadCopyBytes,
                reads,
                compactionBytes);
    }

    /**
     * Returns the most bytes that all parts on the heap take together. A recovery holds the appends
     * of two objects, each of {@code uploadCopyBytes} at most: one is put while the next is
     * gathered.
     */
    public long heapBytes() {
        return servingHeapBytes() + 2 * Math.min(objectBytes, uploadCopyBytes);
    }

    /** Returns the most bytes that all parts on the heap take once the recovery is over. */
    public long servingHeapBytes() {
        return memory.appendHeapBytes()
                + memory.readBackBytes()
                + uploadCopyBytes
                + reads.indexCacheBytes()
                + compactionBytes;
    }

    /** Returns the bounds as text for a log line. */
    @Override
    public String toString() {
        return "%d MiB of slabs, %d MiB of blocks, up to %d MiB on the heap"
                .formatted(slabBytes / MIB, reads.blockCacheBytes() / MIB, heapBytes() / MIB);
    }

    /** Returns whether all bounds together fit into the process's memory. */
    public boolean fits(Surroundings has) {
        boolean slabsFit =
                slabBytes >= memory.tailBytes() + memory.heldBytes() + WRITING_BYTES
                        && slabBytes + reads.blockCacheBytes() <= has.offHeapBytes();
        return slabsFit && heapBytes() <= has.heapBytes() * 3 / 4;
    }
}
