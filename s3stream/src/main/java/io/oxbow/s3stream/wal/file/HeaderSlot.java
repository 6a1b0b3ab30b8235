package io.oxbow.s3stream.wal.file;

import io.oxbow.s3stream.wal.disk.AlignedMemory;
import io.oxbow.s3stream.wal.disk.WalDisk;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Header of the volume: its trim LSN and reserved LSN, written into two slots in turn. The package
 * doc has the bytes.
 *
 * @param sequence grows with each write; the higher of the two slots counts
 * @param nodeEpoch whose batches lie at or above {@code trimLsn}; -1 before the first start
 * @param trimLsn start of the oldest batch still wanted
 * @param reservedLsn nothing was ever written at or above; at most a ring's length above {@code
 *     trimLsn}
 */
record HeaderSlot(UUID walId, long sequence, long nodeEpoch, long trimLsn, long reservedLsn) {

    private static final int MAGIC = 0x4f584844; // OXHD
    private static final int VERSION = 1;
    private static final int CRC_AT = 56;

    boolean isEmpty() {
        return trimLsn == reservedLsn;
    }

    HeaderSlot next(long newNodeEpoch, long newTrimLsn, long newReservedLsn) {
        return new HeaderSlot(walId, sequence + 1, newNodeEpoch, newTrimLsn, newReservedLsn);
    }

    /** Returns the position of the slot to write, which is not the predecessor's. */
    long position() {
        return VolumeLayout.headerSlot(sequence % 2);
    }

    ByteBuffer encode() {
        ByteBuffer block = AlignedMemory.allocate(WalDisk.BLOCK_BYTES);
        block.putInt(0, MAGIC).putInt(4, VERSION);
        block.putLong(8, walId.getMostSignificantBits());
        block.putLong(16, walId.getLeastSignificantBits());
        block.putLong(24, sequence).putLong(32, nodeEpoch);
        block.putLong(40, trimLsn).putLong(48, reservedLsn);
        return VolumeLayout.sign(block, CRC_AT);
    }

    /** Returns whether the block starts with a header's magic number. */
    static boolean isMarked(ByteBuffer block) {
        return block.getInt(0) == MAGIC;
    }

    /** Reads a header; null when {@code block} holds none. */
    static @Nullable HeaderSlot decode(ByteBuffer block) {
        if (block.getInt(0) != MAGIC
                || block.getInt(4) != VERSION
                || !VolumeLayout.isSigned(block, CRC_AT)) {
            return null;
        }
        return new HeaderSlot(
                new UUID(block.getLong(8), block.getLong(16)),
                block.getLong(24),
                block.getLong(32),
                block.getLong(40),
                block.getLong(48));
    }
}
