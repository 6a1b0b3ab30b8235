package io.oxbow.s3stream.wal.file;

import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.wal.disk.AlignedMemory;
import io.oxbow.s3stream.wal.disk.WalDisk;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Superblock: identity and size of a volume of the write-ahead log. Kept twice. The package doc has
 * the bytes.
 *
 * @param generation grows when the ring is resized; the higher of the two copies counts
 * @param ringBytes length of the ring
 */
record Superblock(UUID walId, long generation, long ringBytes) {

    private static final long MAGIC = 0x4f58424f5757414cL; // OXBOWWAL
    private static final int VERSION = 1;
    private static final int CRC_AT = 48;

    ByteBuffer encode() {
        ByteBuffer block = AlignedMemory.allocate(WalDisk.BLOCK_BYTES);
        block.putLong(0, MAGIC).putInt(8, VERSION).putInt(12, WalDisk.BLOCK_BYTES);
        block.putLong(16, walId.getMostSignificantBits());
        block.putLong(24, walId.getLeastSignificantBits());
        block.putLong(32, generation).putLong(40, ringBytes);
        return VolumeLayout.sign(block, CRC_AT);
    }

    /** Returns whether the block starts with a superblock's magic number. */
    static boolean isMarked(ByteBuffer block) {
        return block.getLong(0) == MAGIC;
    }

    /**
     * Reads a superblock; null when {@code block} holds none.
     *
     * @throws CorruptException when it is sound but of a version that this release cannot read
     */
    static @Nullable Superblock decode(ByteBuffer block) {
        if (block.getLong(0) != MAGIC || !VolumeLayout.isSigned(block, CRC_AT)) {
            return null;
        }
        if (block.getInt(8) != VERSION || block.getInt(12) != WalDisk.BLOCK_BYTES) {
            throw new CorruptException(
                    "WAL has format version %d and blocks of %d; this release reads %d and %d"
                            .formatted(
                                    block.getInt(8),
                                    block.getInt(12),
                                    VERSION,
                                    WalDisk.BLOCK_BYTES));
        }
        return new Superblock(
                new UUID(block.getLong(16), block.getLong(24)),
                block.getLong(32),
                block.getLong(40));
    }
}
