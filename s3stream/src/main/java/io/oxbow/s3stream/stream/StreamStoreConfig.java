package io.oxbow.s3stream.stream;

import io.oxbow.s3stream.compact.CompactionConfig;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;

/** Everything a stream store is told. Immutable; validated when made. */
public record StreamStoreConfig(
        Identity identity,
        Upload upload,
        Reads reads,
        Upkeep upkeep,
        CompactionConfig compaction) {

    /** Defaults for everything but who the node is. */
    public static StreamStoreConfig of(Identity identity) {
        return new StreamStoreConfig(
                identity,
                Upload.defaults(),
                Reads.defaults(),
                Upkeep.defaults(),
                CompactionConfig.defaults());
    }

    public StreamStoreConfig with(Upload newUpload) {
        return new StreamStoreConfig(identity, newUpload, reads, upkeep, compaction);
    }

    public StreamStoreConfig with(Reads newReads) {
        return new StreamStoreConfig(identity, upload, newReads, upkeep, compaction);
    }

    public StreamStoreConfig with(Upkeep newUpkeep) {
        return new StreamStoreConfig(identity, upload, reads, newUpkeep, compaction);
    }

    public StreamStoreConfig with(CompactionConfig newCompaction) {
        return new StreamStoreConfig(identity, upload, reads, upkeep, newCompaction);
    }

    /**
     * Who opens the store.
     *
     * @param incarnation random per opening: a second one fences the first
     * @param endpoint HOST:PORT of the process's HTTP listener
     * @param abandonWal ids of write-ahead logs of which the operator gives up what cannot be read
     */
    public record Identity(int nodeId, UUID incarnation, String endpoint, Set<UUID> abandonWal) {
        public Identity {
            require(nodeId >= 0, "nodeId", nodeId, "at least 0");
            abandonWal = Set.copyOf(abandonWal);
        }
    }

    /**
     * How the write-ahead log is emptied into data objects.
     *
     * @param objectBytes an upload starts when that much has gathered, counted in the log's bytes,
     *     or a quarter of the log, if that is less; the log's slab memory should hold about three
     * @param interval an upload starts when the oldest byte is that old
     * @param maxPendingBytes bound on what is appended and not yet in data objects, overhead
     *     included; producers wait at it
     */
    public record Upload(long objectBytes, Duration interval, long maxPendingBytes) {
        public Upload {
            require(objectBytes >= 1, "objectBytes", objectBytes, "at least 1");
            require(objectBytes <= 1L << 30, "objectBytes", objectBytes, "at most 1 GiB");
            require(!interval.isNegative(), "interval", interval, "not negative");
            require(
                    maxPendingBytes >= objectBytes,
                    "maxPendingBytes",
                    maxPendingBytes,
                    "at least objectBytes, " + objectBytes);
        }

        /**
         * 64 MiB objects, because three of them (one filling, one under way, one of slack) are to
         * fit into the default 256 MiB log and into the memory of a small node; 30 seconds.
         */
        public static Upload defaults() {
            return new Upload(64L << 20, Duration.ofSeconds(30), 192L << 20);
        }
    }

    /**
     * What reads may keep in memory.
     *
     * @param blockCacheBytes blocks of data objects
     * @param indexCacheBytes indexes of data objects, and lists of old extents
     * @param readaheadBytes the window of one sequential reader at most
     * @param maxPrefetches blocks fetched ahead at a time, all readers together
     */
    public record Reads(
            long blockCacheBytes, long indexCacheBytes, long readaheadBytes, int maxPrefetches) {
        public Reads {
            require(blockCacheBytes >= 0, "blockCacheBytes", blockCacheBytes, "at least 0");
            require(indexCacheBytes >= 0, "indexCacheBytes", indexCacheBytes, "at least 0");
            require(readaheadBytes >= 0, "readaheadBytes", readaheadBytes, "at least 0");
            require(maxPrefetches >= 0, "maxPrefetches", maxPrefetches, "at least 0");
        }

        public static Reads defaults() {
            return new Reads(64L << 20, 16L << 20, 8L << 20, 16);
        }
    }

    /**
     * Background work.
     *
     * @param fenceCheckInterval how often the metadata log is asked whether this node is fenced
     * @param deletionInterval how often objects are deleted, and one of 256 prefixes is searched
     *     for orphans
     * @param closePatience how long closing waits for the last upload before it leaves the rest to
     *     recovery
     */
    public record Upkeep(
            Duration fenceCheckInterval, Duration deletionInterval, Duration closePatience) {
        public Upkeep {
            require(
                    fenceCheckInterval.isPositive(),
                    "fenceCheckInterval",
                    fenceCheckInterval,
                    "positive");
            require(
                    deletionInterval.isPositive(),
                    "deletionInterval",
                    deletionInterval,
                    "positive");
            require(!closePatience.isNegative(), "closePatience", closePatience, "not negative");
        }

        public static Upkeep defaults() {
            return new Upkeep(
                    Duration.ofSeconds(1), Duration.ofSeconds(30), Duration.ofSeconds(30));
        }
    }

    private static void require(boolean holds, String name, Object value, String allowed) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "%s is %s, but must be %s".formatted(name, value, allowed));
        }
    }
}
