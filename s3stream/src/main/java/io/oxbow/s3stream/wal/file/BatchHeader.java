package io.oxbow.s3stream.wal.file;

import io.oxbow.s3stream.wal.disk.WalDisk;
import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Header of a batch, which stands before the batch's frames. The package doc has the bytes.
 *
 * @param pad fills the ring up to its end: no frames; only its first block is written
 * @param startLsn position of this header
 * @param length bytes that the batch takes in the ring: header, frames, padding
 * @param bodyLength bytes of its frames
 * @param count how many frames
 * @param prevBatchCrc {@code headerCrc} of the batch before, 0 for the first of a node epoch
 * @param ackedLsn everything below was durable when this batch was sealed
 * @param headerCrc of the header's bytes before it; as found when decoded, ignored when encoded
 */
record BatchHeader(
        UUID walId,
        long nodeEpoch,
        boolean pad,
        long startLsn,
        int length,
        int bodyLength,
        int count,
        int prevBatchCrc,
        long ackedLsn,
        int bodyCrc,
        int headerCrc) {

    static final int BYTES = 72;

    /** Greatest length of a batch in bytes; bounds what recovery believes and allocates. */
    static final int BATCH_BYTES_MAX = 64 << 20;

    private static final int MAGIC = 0x4f584254; // OXBT
    private static final short VERSION = 1;
    private static final int CRC_AT = BYTES - 4;

    long endLsn() {
        return startLsn + length;
    }

    /** Returns the LSN after the last frame. */
    long bodyEndLsn() {
        return startLsn + BYTES + bodyLength;
    }

    /** Writes the header at {@code position} and returns its checksum. */
    int encode(ByteBuffer target, int position) {
        ByteBuffer header = target.slice(position, BYTES);
        header.putInt(MAGIC).putShort(VERSION).putShort((short) (pad ? 1 : 0));
        header.putLong(walId.getMostSignificantBits()).putLong(walId.getLeastSignificantBits());
        header.putLong(nodeEpoch).putLong(startLsn);
        header.putInt(length).putInt(bodyLength).putInt(count).putInt(prevBatchCrc);
        header.putLong(ackedLsn).putInt(bodyCrc);
        int crc = crc(header);
        header.putInt(CRC_AT, crc);
        return crc;
    }

    /**
     * Reads the header at {@code position} of {@code source}; null when there is none that is
     * whole, of this log and possible.
     */
    static @Nullable BatchHeader decode(ByteBuffer source, int position, UUID walId) {
        if (source.getInt(position) != MAGIC) {
            return null;
        }
        ByteBuffer header = source.slice(position, BYTES);
        if (crc(header) != header.getInt(CRC_AT) || header.getShort(4) != VERSION) {
            return null;
        }
        var found =
                new BatchHeader(
                        new UUID(header.getLong(8), header.getLong(16)),
                        header.getLong(24),
                        header.getShort(6) == 1,
                        header.getLong(32),
                        header.getInt(40),
                        header.getInt(44),
                        header.getInt(48),
                        header.getInt(52),
                        header.getLong(56),
                        header.getInt(64),
                        header.getInt(CRC_AT));
        return found.walId.equals(walId) && found.isPossible() ? found : null;
    }

    private boolean isPossible() {
        return length > 0
                && length <= BATCH_BYTES_MAX
                && length % WalDisk.BLOCK_BYTES == 0
                && bodyLength >= 0
                && bodyLength <= length - BYTES
                && count >= 0
                && startLsn >= 0
                && startLsn % WalDisk.BLOCK_BYTES == 0
                && pad == (count == 0);
    }

    private static int crc(ByteBuffer header) {
        var crc = new CRC32C();
        crc.update(header.duplicate().position(0).limit(CRC_AT));
        return (int) crc.getValue();
    }
}
