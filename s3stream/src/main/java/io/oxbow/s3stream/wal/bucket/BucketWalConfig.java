package io.oxbow.s3stream.wal.bucket;

import io.oxbow.s3stream.wal.RecordFrame;
import java.time.Duration;

/**
 * Settings for writing a log in the bucket.
 *
 * @param interval one object is put per interval at most, unless it is full before
 * @param sealBytes an object of this size is full
 * @param putsInFlight how many objects may be under way at once
 * @param capacityBytes bound on what the metadata log does not cover yet, and so on what a recovery
 *     reads
 * @param memoryBytes bound on slab memory, which the tail shares until it is uploaded
 * @param slabBytes size of one slab
 * @param recordBytesMax the largest payload taken
 * @param patience how long an object is put again and again before the log fails
 */
public record BucketWalConfig(
        Duration interval,
        int sealBytes,
        int putsInFlight,
        long capacityBytes,
        long memoryBytes,
        int slabBytes,
        int recordBytesMax,
        Duration patience) {

    private static final int MIB = 1 << 20;

    /**
     * Greatest number of puts under way in any log, which bounds how far recovery looks beyond the
     * log's end.
     */
    static final int PUTS_IN_FLIGHT_MAX = 32;

    public BucketWalConfig {
        require("interval", !interval.isNegative(), interval, "not negative");
        require(
                "putsInFlight",
                putsInFlight >= 1 && putsInFlight <= PUTS_IN_FLIGHT_MAX,
                putsInFlight,
                "between 1 and " + PUTS_IN_FLIGHT_MAX);
        int largest = WalPosition.OBJECT_BYTES_MAX - ObjectHeader.BYTES - RecordFrame.HEADER_BYTES;
        require(
                "sealBytes",
                sealBytes > 0 && sealBytes < largest,
                sealBytes,
                "between 1 and " + largest);
        require(
                "recordBytesMax",
                recordBytesMax > 0 && recordBytesMax < largest,
                recordBytesMax,
                "between 1 and " + largest);
        require("slabBytes", slabBytes > 0, slabBytes, "positive");
        long leastMemory = 2L * slabBytes + 4L * recordBytesMax;
        require(
                "memoryBytes",
                memoryBytes >= leastMemory,
                memoryBytes,
                "at least %d for these slabs and records".formatted(leastMemory));
        long leastCapacity = 4L * recordBytesMax;
        require(
                "capacityBytes",
                capacityBytes >= leastCapacity,
                capacityBytes,
                "at least %d for records of %d".formatted(leastCapacity, recordBytesMax));
        require("patience", patience.isPositive(), patience, "positive");
    }

    /**
     * Returns the defaults: 100 ms or 8 MiB, 4 puts in flight, 256 MiB of memory, records up to 16
     * MiB, 15 minutes.
     */
    public static BucketWalConfig defaults() {
        return new BucketWalConfig(
                Duration.ofMillis(100),
                8 * MIB,
                4,
                1024L * MIB,
                256L * MIB,
                4 * MIB,
                16 * MIB,
                Duration.ofMinutes(15));
    }

    public BucketWalConfig withBatches(Duration every, int bytesToSeal) {
        return new BucketWalConfig(
                every,
                bytesToSeal,
                putsInFlight,
                capacityBytes,
                memoryBytes,
                slabBytes,
                recordBytesMax,
                patience);
    }

    public BucketWalConfig withMemory(long bytes, int bytesPerSlab) {
        return new BucketWalConfig(
                interval,
                sealBytes,
                putsInFlight,
                capacityBytes,
                bytes,
                bytesPerSlab,
                recordBytesMax,
                patience);
    }

    public BucketWalConfig withLimits(long capacity, int recordBytes) {
        return new BucketWalConfig(
                interval,
                sealBytes,
                putsInFlight,
                capacity,
                memoryBytes,
                slabBytes,
                recordBytes,
                patience);
    }

    public BucketWalConfig withPuts(int inFlight, Duration newPatience) {
        return new BucketWalConfig(
                interval,
                sealBytes,
                inFlight,
                capacityBytes,
                memoryBytes,
                slabBytes,
                recordBytesMax,
                newPatience);
    }

    private static void require(String name, boolean holds, Object value, String allowed) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "WAL in the bucket: %s is %s, must be %s".formatted(name, value, allowed));
        }
    }
}
