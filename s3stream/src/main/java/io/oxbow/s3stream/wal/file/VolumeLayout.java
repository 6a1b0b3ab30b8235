package io.oxbow.s3stream.wal.file;

import io.oxbow.s3stream.wal.disk.WalDisk;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** Layout of a volume: two superblocks, two header slots, then the ring. */
final class VolumeLayout {

    static final long RING_START = 4L * WalDisk.BLOCK_BYTES;

    private VolumeLayout() {}

    static long superblock(int copy) {
        return (long) copy * WalDisk.BLOCK_BYTES;
    }

    static long headerSlot(long slot) {
        return (2 + slot) * WalDisk.BLOCK_BYTES;
    }

    /** Stores the CRC32C of the bytes before {@code crcAt} at {@code crcAt}. */
    static ByteBuffer sign(ByteBuffer block, int crcAt) {
        return block.putInt(crcAt, crc(block, crcAt));
    }

    static boolean isSigned(ByteBuffer block, int crcAt) {
        return block.getInt(crcAt) == crc(block, crcAt);
    }

    static boolean isBlank(ByteBuffer block) {
        for (int i = 0; i < WalDisk.BLOCK_BYTES; i += Long.BYTES) {
            if (block.getLong(i) != 0) {
                return false;
            }
        }
        return true;
    }

    private static int crc(ByteBuffer block, int length) {
        var crc = new CRC32C();
        crc.update(block.duplicate().position(0).limit(length));
        return (int) crc.getValue();
    }
}
