package io.oxbow.s3stream.wal;

import java.nio.ByteBuffer;

/** Off-heap memory as direct I/O wants it. */
final class AlignedMemory {

    private AlignedMemory() {}

    /** {@code bytes} zeroes that start at an address divisible by the block size. */
    static ByteBuffer allocate(int bytes) {
        int block = WalDisk.BLOCK_BYTES;
        return ByteBuffer.allocateDirect(bytes + block).alignedSlice(block).slice(0, bytes);
    }

    /** The least multiple of the block size that is not below {@code bytes}. */
    static long roundUp(long bytes) {
        return (bytes + WalDisk.BLOCK_BYTES - 1) & -WalDisk.BLOCK_BYTES;
    }

    static long roundDown(long bytes) {
        return bytes & -WalDisk.BLOCK_BYTES;
    }
}
