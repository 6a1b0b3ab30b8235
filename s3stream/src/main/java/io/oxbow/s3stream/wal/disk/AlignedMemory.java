package io.oxbow.s3stream.wal.disk;

import java.nio.ByteBuffer;

/** Off-heap memory, aligned for direct I/O. */
public final class AlignedMemory {

    private AlignedMemory() {}

    /** Allocates {@code bytes} zeroes at an address divisible by the block size. */
    public static ByteBuffer allocate(int bytes) {
        int block = WalDisk.BLOCK_BYTES;
        return ByteBuffer.allocateDirect(bytes + block).alignedSlice(block).slice(0, bytes);
    }

    /** Returns the least multiple of the block size that is not below {@code bytes}. */
    public static long roundUp(long bytes) {
        return (bytes + WalDisk.BLOCK_BYTES - 1) & -WalDisk.BLOCK_BYTES;
    }

    public static long roundDown(long bytes) {
        return bytes & -WalDisk.BLOCK_BYTES;
    }
}
