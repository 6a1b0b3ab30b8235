package io.oxbow.s3stream.engine;

import io.oxbow.s3stream.cache.ObjectCaches;
import io.oxbow.s3stream.write.WritePath;

/**
 * Memory of a node's engine at one moment, and counts since the node started.
 *
 * @param appends not in data objects yet
 * @param caches of data objects
 */
public record MemoryStats(Appends appends, Caches caches) {

    /**
     * @param tailBytes of slabs that tails keep
     * @param heldBytes of slabs that readers hold on to
     * @param pendingBytes appended and not in data objects, in memory or spilled
     * @param pendingHeapBytes of heap to keep track of those
     * @param uploadingBytes of the log that uploads are under way of
     * @param spilledAppends how many appends were left to the write-ahead log so far
     * @param readBackBytes how much was read back from there so far
     * @param producerWaits how often an append had to wait for room so far
     */
    public record Appends(
            long tailBytes,
            long heldBytes,
            long pendingBytes,
            long pendingHeapBytes,
            long uploadingBytes,
            long spilledAppends,
            long readBackBytes,
            long producerWaits) {}

    /**
     * @param readBackBytes of appends that were read back
     * @param blockBytes of blocks
     * @param heldBlockBytes of blocks that readers hold on to, whether they are still kept or not
     * @param indexBytes of indexes
     * @param aheadBytes of blocks that were fetched ahead and that nobody has come for
     * @param hits blocks that were in memory when asked for, or on their way there, so far
     * @param misses blocks that were not
     * @param prefetches blocks that were fetched ahead so far
     */
    public record Caches(
            long readBackBytes,
            long blockBytes,
            long heldBlockBytes,
            long indexBytes,
            long aheadBytes,
            long hits,
            long misses,
            long prefetches) {}

    public static MemoryStats of(WritePath write, ObjectCaches caches) {
        return new MemoryStats(
                new Appends(
                        write.memory().bytes(),
                        write.memory().readBytes(),
                        write.budget().logBytes(),
                        write.budget().heapBytes(),
                        write.uploader().underWayBytes(),
                        write.memory().spilledAppends(),
                        write.readBack().bytesRead(),
                        write.budget().waits()),
                new Caches(
                        write.readBack().cachedBytes(),
                        caches.blockBytes(),
                        caches.shownBytes(),
                        caches.indexBytes(),
                        caches.readahead().aheadBytes(),
                        caches.hits(),
                        caches.misses(),
                        caches.prefetches()));
    }
}
