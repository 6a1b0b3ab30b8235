package io.oxbow.s3stream.wal;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How one file WAL is laid out and written.
 *
 * @param path the file or block device
 * @param capacityBytes of the whole file, headers included; a multiple of 4 KiB
 * @param memoryBytes bound on slab memory, which the tail shares until it is uploaded
 * @param slabBytes size of one slab; a multiple of 4 KiB
 * @param maxRecordBytes the largest payload taken
 * @param sealBytes a batch of this size is written although other writes are under way
 * @param writesInFlight how many batches may be under way to the disk at once
 * @param writeTimeout a write that takes longer fails the log
 * @param rate what each volume may be asked for
 */
public record WalConfig(
        Path path,
        long capacityBytes,
        long memoryBytes,
        int slabBytes,
        int maxRecordBytes,
        int sealBytes,
        int writesInFlight,
        Duration writeTimeout,
        WriteRate rate) {

    private static final int KIB = 1024;
    private static final int MIB = 1024 * KIB;

    public WalConfig {
        requireBlocks("capacityBytes", capacityBytes);
        requireBlocks("slabBytes", slabBytes);
        require("sealBytes", sealBytes > 0, sealBytes, "positive");
        require("writesInFlight", writesInFlight >= 1, writesInFlight, "at least 1");
        require("writeTimeout", writeTimeout.isPositive(), writeTimeout, "positive");
        long largest = largestBatchBytes(maxRecordBytes);
        require(
                "maxRecordBytes",
                maxRecordBytes > 0 && largest <= BatchHeader.MAX_BATCH_BYTES,
                maxRecordBytes,
                "between 1 and about " + BatchHeader.MAX_BATCH_BYTES);
        long leastMemory = leastMemoryBytes(slabBytes, maxRecordBytes);
        require(
                "memoryBytes",
                memoryBytes >= leastMemory,
                memoryBytes,
                "at least %d for these slabs and records".formatted(leastMemory));
        long leastCapacity = VolumeLayout.RING_START + 4 * largest;
        require(
                "capacityBytes",
                capacityBytes >= leastCapacity,
                capacityBytes,
                "at least %d for records of %d".formatted(leastCapacity, maxRecordBytes));
    }

    /** With no bound on the rate of writes. */
    public WalConfig(
            Path path,
            long capacityBytes,
            long memoryBytes,
            int slabBytes,
            int maxRecordBytes,
            int sealBytes,
            int writesInFlight,
            Duration writeTimeout) {
        this(
                path,
                capacityBytes,
                memoryBytes,
                slabBytes,
                maxRecordBytes,
                sealBytes,
                writesInFlight,
                writeTimeout,
                WriteRate.UNLIMITED);
    }

    /** The defaults: 256 MiB on disk and in memory, records up to 16 MiB, 3 writes in flight. */
    public static WalConfig at(Path path) {
        return new WalConfig(
                path,
                256L * MIB,
                256L * MIB,
                4 * MIB,
                16 * MIB,
                256 * KIB,
                3,
                Duration.ofSeconds(30));
    }

    public WalConfig withPath(Path newPath) {
        return new WalConfig(
                newPath,
                capacityBytes,
                memoryBytes,
                slabBytes,
                maxRecordBytes,
                sealBytes,
                writesInFlight,
                writeTimeout,
                rate);
    }

    public WalConfig withCapacityBytes(long bytes) {
        return new WalConfig(
                path,
                bytes,
                memoryBytes,
                slabBytes,
                maxRecordBytes,
                sealBytes,
                writesInFlight,
                writeTimeout,
                rate);
    }

    public WalConfig withMemory(long bytes, int bytesPerSlab) {
        return new WalConfig(
                path,
                capacityBytes,
                bytes,
                bytesPerSlab,
                maxRecordBytes,
                sealBytes,
                writesInFlight,
                writeTimeout,
                rate);
    }

    public WalConfig withMaxRecordBytes(int bytes) {
        return new WalConfig(
                path,
                capacityBytes,
                memoryBytes,
                slabBytes,
                bytes,
                sealBytes,
                writesInFlight,
                writeTimeout,
                rate);
    }

    public WalConfig withWrites(int inFlight, int bytesToSeal, Duration timeout) {
        return new WalConfig(
                path,
                capacityBytes,
                memoryBytes,
                slabBytes,
                maxRecordBytes,
                bytesToSeal,
                inFlight,
                timeout,
                rate);
    }

    public WalConfig withRate(WriteRate newRate) {
        return new WalConfig(
                path,
                capacityBytes,
                memoryBytes,
                slabBytes,
                maxRecordBytes,
                sealBytes,
                writesInFlight,
                writeTimeout,
                newRate);
    }

    /** What a batch grows to unless its record is larger. */
    int maxBatchBytes() {
        return (int) AlignedMemory.roundUp(4L * sealBytes);
    }

    /** The largest single write: a batch, or a stretch of zeroes. */
    long largestWriteBytes() {
        return Math.max(
                RingZeroer.CHUNK_BYTES,
                Math.max(maxBatchBytes(), largestBatchBytes(maxRecordBytes)));
    }

    /** What a volume needs to go on writing whatever others hold. */
    long leastMemoryBytes() {
        return leastMemoryBytes(slabBytes, maxRecordBytes);
    }

    private static long leastMemoryBytes(int slabBytes, int maxRecordBytes) {
        // The slab at hand is given up only when the next one is there.
        return 2 * SlabPool.slabSize(slabBytes, largestBatchBytes(maxRecordBytes));
    }

    /** Bytes of a batch that holds nothing but the largest record. */
    static long largestBatchBytes(long maxRecordBytes) {
        return AlignedMemory.roundUp(BatchHeader.BYTES + RecordFrame.HEADER_BYTES + maxRecordBytes);
    }

    private static void requireBlocks(String name, long value) {
        require(
                name,
                value > 0 && value % WalDisk.BLOCK_BYTES == 0,
                value,
                "a positive multiple of " + WalDisk.BLOCK_BYTES);
    }

    private static void require(String name, boolean holds, Object value, String allowed) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "WAL: %s is %s, must be %s".formatted(name, value, allowed));
        }
    }
}
