package io.oxbow.s3stream.config;

import io.oxbow.s3stream.compact.CompactionConfig;
import io.oxbow.s3stream.image.Membership;
import io.oxbow.s3stream.maintenance.Maintenance;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;

/** Configuration of a stream store. Immutable; validated when made. */
public record StreamStoreConfig(
        Identity identity,
        Upload upload,
        Memory memory,
        Reads reads,
        Maintenance maintenance,
        CompactionConfig compaction,
        ArchiveConfig archive) {

    /** Returns the defaults for a node's identity. */
    public static StreamStoreConfig of(Identity identity) {
        return new StreamStoreConfig(
                identity,
                Upload.defaults(),
                Memory.defaults(),
                Reads.defaults(),
                Maintenance.defaults(),
                CompactionConfig.defaults(),
                ArchiveConfig.defaults());
    }

    public StreamStoreConfig with(Identity newIdentity) {
        return new StreamStoreConfig(
                newIdentity, upload, memory, reads, maintenance, compaction, archive);
    }

    public StreamStoreConfig with(Memory newMemory) {
        return new StreamStoreConfig(
                identity, upload, newMemory, reads, maintenance, compaction, archive);
    }

    public StreamStoreConfig with(Upload newUpload) {
        return new StreamStoreConfig(
                identity, newUpload, memory, reads, maintenance, compaction, archive);
    }

    public StreamStoreConfig with(Reads newReads) {
        return new StreamStoreConfig(
                identity, upload, memory, newReads, maintenance, compaction, archive);
    }

    public StreamStoreConfig with(Maintenance newUpkeep) {
        return new StreamStoreConfig(
                identity, upload, memory, reads, newUpkeep, compaction, archive);
    }

    public StreamStoreConfig with(ArchiveConfig newArchive) {
        return new StreamStoreConfig(
                identity, upload, memory, reads, maintenance, compaction, newArchive);
    }

    public StreamStoreConfig with(CompactionConfig newCompaction) {
        return new StreamStoreConfig(
                identity, upload, memory, reads, maintenance, newCompaction, archive);
    }

    /**
     * Identity of the node that opens the store.
     *
     * @param incarnation random per opening: a second one fences the first
     * @param endpoint HOST:PORT of the process's HTTP listener
     * @param abandonWal ids of write-ahead logs of which the operator gives up what cannot be read
     * @param membership of a cluster of many nodes
     */
    public record Identity(
            int nodeId,
            UUID incarnation,
            String endpoint,
            Set<UUID> abandonWal,
            Membership membership) {

        /** Makes the identity of a node that serves its bucket alone. */
        public Identity(int nodeId, UUID incarnation, String endpoint, Set<UUID> abandonWal) {
            this(nodeId, incarnation, endpoint, abandonWal, Membership.ALONE);
        }

        public Identity {
            require(nodeId >= 0, "nodeId", nodeId, "at least 0");
            abandonWal = Set.copyOf(abandonWal);
        }
    }

    /**
     * Settings for uploads of the write-ahead log into data objects.
     *
     * @param objectBytes an upload starts when that much has gathered, counted in the log's bytes,
     *     or a quarter of the log, or what memory holds, if that is less
     * @param soloBytes a stream of which that much has gathered gets an object of its own
     * @param commitBytes uploads that were put are committed when they have that many together, or
     *     three eighths of the log, if that is less
     * @param interval an upload starts, or is committed, when the oldest byte is that old
     * @param inFlightBytes bound on what is being uploaded at a time; one upload always is
     * @param copyBytes bound on the heap for what uploads copy: small appends, and those that are
     *     read back from the log
     * @param pendingBytesMax bound on what is appended and not yet in data objects; producers wait
     *     at it, or when the log is full
     */
    public record Upload(
            long objectBytes,
            long soloBytes,
            long commitBytes,
            Duration interval,
            long inFlightBytes,
            long copyBytes,
            long pendingBytesMax) {
        public Upload {
            require(objectBytes >= 1, "objectBytes", objectBytes, "at least 1");
            require(objectBytes <= 1L << 30, "objectBytes", objectBytes, "at most 1 GiB");
            require(soloBytes >= 1, "soloBytes", soloBytes, "at least 1");
            require(!interval.isNegative(), "interval", interval, "not negative");
            require(inFlightBytes >= 1, "inFlightBytes", inFlightBytes, "at least 1");
            require(commitBytes >= 1, "commitBytes", commitBytes, "at least 1");
            require(copyBytes >= 1, "copyBytes", copyBytes, "at least 1");
            require(
                    pendingBytesMax >= objectBytes,
                    "pendingBytesMax",
                    pendingBytesMax,
                    "at least objectBytes, " + objectBytes);
        }

        /**
         * Makes settings with defaults for the rest. A stream with half of {@code objectBytes} gets
         * its own object, two objects are under way, of which all may be copied, and each upload is
         * committed by itself.
         */
        public Upload(long objectBytes, Duration interval, long pendingBytesMax) {
            this(
                    objectBytes,
                    Math.max(1, objectBytes / 2),
                    interval,
                    2 * objectBytes,
                    pendingBytesMax);
        }

        /** Makes settings by which all under way may be copied, and each upload is committed. */
        public Upload(
                long objectBytes,
                long soloBytes,
                Duration interval,
                long inFlightBytes,
                long pendingBytesMax) {
            this(
                    objectBytes,
                    soloBytes,
                    1,
                    interval,
                    inFlightBytes,
                    inFlightBytes,
                    pendingBytesMax);
        }

        /** Returns the most bytes of one stream that a commit names as one range. */
        public long rangeBytesMax() {
            return Math.min(objectBytes, copyBytes);
        }

        /**
         * Returns the defaults: objects of 64 MiB, 30 seconds, and as many pending bytes as the
         * default log holds.
         */
        public static Upload defaults() {
            return new Upload(64L << 20, Duration.ofSeconds(30), 1L << 30);
        }
    }

    /**
     * Bounds on the memory of appends until they are in data objects. {@link MemoryBounds} derives
     * them from the memory that the process has.
     *
     * @param tailBytes of slabs that the tails keep; older appends are read back from the
     *     write-ahead log. The log's slab memory must be larger, by what is being written and what
     *     readers hold
     * @param heldBytes of slabs that readers may hold on to; beyond, they get copies
     * @param appendHeapBytes of heap to keep track of appends; many small ones meet this bound
     *     first, and producers wait at it
     * @param readBackBytes of heap for what was read back, shared by all readers
     */
    public record Memory(long tailBytes, long heldBytes, long appendHeapBytes, long readBackBytes) {
        public Memory {
            require(tailBytes >= 0, "tailBytes", tailBytes, "at least 0");
            require(heldBytes >= 0, "heldBytes", heldBytes, "at least 0");
            require(appendHeapBytes >= 1, "appendHeapBytes", appendHeapBytes, "at least 1");
            require(readBackBytes >= 0, "readBackBytes", readBackBytes, "at least 0");
        }

        /** Returns bounds that suit the default log's 256 MiB of slabs and a heap of a gigabyte. */
        public static Memory defaults() {
            return new Memory(160L << 20, 32L << 20, 64L << 20, 16L << 20);
        }
    }

    /**
     * Bounds on the memory that reads may keep.
     *
     * @param blockCacheBytes blocks of data objects
     * @param indexCacheBytes indexes of data objects, and lists of old extents
     * @param readaheadBytes the window of one sequential reader at most
     * @param prefetchesMax blocks fetched ahead at a time, all readers together
     */
    public record Reads(
            long blockCacheBytes, long indexCacheBytes, long readaheadBytes, int prefetchesMax) {
        public Reads {
            require(blockCacheBytes >= 0, "blockCacheBytes", blockCacheBytes, "at least 0");
            require(indexCacheBytes >= 0, "indexCacheBytes", indexCacheBytes, "at least 0");
            require(readaheadBytes >= 0, "readaheadBytes", readaheadBytes, "at least 0");
            require(prefetchesMax >= 0, "prefetchesMax", prefetchesMax, "at least 0");
        }

        public static Reads defaults() {
            return new Reads(64L << 20, 16L << 20, 8L << 20, 16);
        }
    }

    /**
     * Intervals and time limits of background work.
     *
     * @param fenceCheckInterval how often the metadata log is asked whether this node is fenced
     * @param deletionInterval how often objects are deleted and extents are archived; every fourth
     *     time one of 256 prefixes is searched for orphans
     * @param closePatience how long closing waits for the last upload before it leaves the rest to
     *     recovery
     * @param handOverPatience how long closing some streams waits for their last upload before it
     *     fails and leaves them as they were
     */
    public record Maintenance(
            Duration fenceCheckInterval,
            Duration deletionInterval,
            Duration closePatience,
            Duration handOverPatience) {
        public Maintenance {
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
            require(
                    !handOverPatience.isNegative(),
                    "handOverPatience",
                    handOverPatience,
                    "not negative");
        }

        /** Sets the time for handing streams over to a minute. */
        public Maintenance(
                Duration fenceCheckInterval, Duration deletionInterval, Duration closePatience) {
            this(fenceCheckInterval, deletionInterval, closePatience, Duration.ofMinutes(1));
        }

        public static Maintenance defaults() {
            return new Maintenance(
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
