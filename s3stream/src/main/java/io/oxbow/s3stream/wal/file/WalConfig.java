package io.oxbow.s3stream.wal.file;

import io.oxbow.s3stream.wal.RecordFrame;
import io.oxbow.s3stream.wal.SlabPool;
import io.oxbow.s3stream.wal.disk.AlignedMemory;
import io.oxbow.s3stream.wal.disk.WalDisk;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Configuration of a write-ahead log in a file: layout and writing.
 *
 * @param path the file or block device
 * @param capacityBytes of the whole volume, headers included; a multiple of 4 KiB
 */
public record WalConfig(Path path, long capacityBytes, Memory memory, Writes writes) {

    private static final int KIB = 1024;
    private static final int MIB = 1024 * KIB;

    /**
     * Memory for records, shared by all volumes of a log.
     *
     * @param bytes bound on slab memory, which the tail shares until it is uploaded
     * @param slabBytes size of one slab; a multiple of 4 KiB
     * @param recordBytesMax the largest payload taken
     */
    public record Memory(long bytes, int slabBytes, int recordBytesMax) {

        public Memory {
            requireBlocks("slabBytes", slabBytes);
            require(
                    "recordBytesMax",
                    recordBytesMax > 0
                            && largestBatchBytes(recordBytesMax) <= BatchHeader.BATCH_BYTES_MAX,
                    recordBytesMax,
                    "between 1 and about " + BatchHeader.BATCH_BYTES_MAX);
            long least = leastBytes(slabBytes, recordBytesMax);
            require(
                    "memoryBytes",
                    bytes >= least,
                    bytes,
                    "at least %d for these slabs and records".formatted(least));
        }

        private static long leastBytes(int slabBytes, int recordBytesMax) {
            // The slab at hand is given up only when the next one is there.
            return 2 * SlabPool.slabSize(slabBytes, largestBatchBytes(recordBytesMax));
        }
    }

    /**
     * Settings for writing each volume.
     *
     * @param sealBytes a batch of this size is written although other writes are under way
     * @param inFlight how many batches may be under way to the disk at once
     * @param timeout a write that takes longer fails the log
     * @param rate what the volume may be asked for
     */
    public record Writes(int sealBytes, int inFlight, Duration timeout, WriteRate rate) {

        public Writes {
            require("sealBytes", sealBytes > 0, sealBytes, "positive");
            require("writesInFlight", inFlight >= 1, inFlight, "at least 1");
            require("writeTimeout", timeout.isPositive(), timeout, "positive");
        }
    }

    public WalConfig {
        requireBlocks("capacityBytes", capacityBytes);
        long leastCapacity = VolumeLayout.RING_START + 4 * largestBatchBytes(memory.recordBytesMax);
        require(
                "capacityBytes",
                capacityBytes >= leastCapacity,
                capacityBytes,
                "at least %d for records of %d".formatted(leastCapacity, memory.recordBytesMax));
    }

    /**
     * Makes a configuration of the values without defaults, with no bound on the rate of writes.
     */
    public WalConfig(
            Path path,
            long capacityBytes,
            long memoryBytes,
            int slabBytes,
            int recordBytesMax,
            int sealBytes,
            int writesInFlight,
            Duration writeTimeout) {
        this(
                path,
                capacityBytes,
                new Memory(memoryBytes, slabBytes, recordBytesMax),
                new Writes(sealBytes, writesInFlight, writeTimeout, WriteRate.UNLIMITED));
    }

    /**
     * Returns the defaults: 256 MiB on disk and in memory, records up to 16 MiB, 3 writes in
     * flight.
     */
    public static WalConfig at(Path path) {
        return new WalConfig(
                path,
                256L * MIB,
                new Memory(256L * MIB, 4 * MIB, 16 * MIB),
                new Writes(256 * KIB, 3, Duration.ofSeconds(30), WriteRate.UNLIMITED));
    }

    public WalConfig withPath(Path newPath) {
        return new WalConfig(newPath, capacityBytes, memory, writes);
    }

    public WalConfig withCapacityBytes(long bytes) {
        return new WalConfig(path, bytes, memory, writes);
    }

    public WalConfig withMemory(long bytes, int bytesPerSlab) {
        return with(new Memory(bytes, bytesPerSlab, memory.recordBytesMax));
    }

    public WalConfig withMaxRecordBytes(int bytes) {
        return with(new Memory(memory.bytes, memory.slabBytes, bytes));
    }

    public WalConfig withWrites(int inFlight, int bytesToSeal, Duration timeout) {
        return with(new Writes(bytesToSeal, inFlight, timeout, writes.rate));
    }

    public WalConfig withRate(WriteRate rate) {
        return with(new Writes(writes.sealBytes, writes.inFlight, writes.timeout, rate));
    }

    private WalConfig with(Memory newMemory) {
        return new WalConfig(path, capacityBytes, newMemory, writes);
    }

    private WalConfig with(Writes newWrites) {
        return new WalConfig(path, capacityBytes, memory, newWrites);
    }

    public int recordBytesMax() {
        return memory.recordBytesMax;
    }

    /** Makes the memory of a log, shared by all of its volumes. */
    SlabPool newPool() {
        return new SlabPool(memory.slabBytes, memory.bytes);
    }

    /** Returns the bytes to which a batch grows unless its record is larger. */
    int batchBytesMax() {
        return (int) AlignedMemory.roundUp(4L * writes.sealBytes);
    }

    /** Returns the bytes of the largest single write: a batch, or a stretch of zeroes. */
    long largestWriteBytes() {
        return Math.max(
                RingZeroer.CHUNK_BYTES,
                Math.max(batchBytesMax(), largestBatchBytes(memory.recordBytesMax)));
    }

    /**
     * Returns the bytes of memory that a volume needs to go on writing, whatever other volumes
     * hold.
     */
    long leastMemoryBytes() {
        return Memory.leastBytes(memory.slabBytes, memory.recordBytesMax);
    }

    /** Returns the bytes of a batch with nothing but the largest record. */
    static long largestBatchBytes(long recordBytesMax) {
        return AlignedMemory.roundUp(BatchHeader.BYTES + RecordFrame.HEADER_BYTES + recordBytesMax);
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
