package io.oxbow.s3stream.object;

import io.oxbow.s3stream.wal.WalRecord;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** How one append is framed; the layout is that of the write-ahead log's records. */
final class Frame {

    static final int HEADER_BYTES = 52;
    private static final int CHECKED_HEADER_BYTES = 48;

    private static final int STREAM_ID = 0;
    private static final int BASE_OFFSET = 16;
    private static final int COUNT = 24;
    private static final int MAX_TIMESTAMP = 28;
    private static final int APPEND_TIME = 36;
    private static final int LENGTH = 44;

    private Frame() {}

    /** Writes the header of {@code record}'s frame at {@code to}'s position, which moves on. */
    static void putHeader(ByteBuffer to, WalRecord record) {
        int start = to.position();
        ByteBuffer payload = record.records();
        to.putLong(record.streamId())
                .putLong(record.streamEpoch())
                .putLong(record.baseOffset())
                .putInt(record.count())
                .putLong(record.maxTimestamp())
                .putLong(record.appendTimeMillis())
                .putInt(payload.remaining());
        var crc = new CRC32C();
        crc.update(to.array(), to.arrayOffset() + start, CHECKED_HEADER_BYTES);
        crc.update(payload.duplicate());
        to.putInt((int) crc.getValue());
    }

    static long streamId(ByteBuffer block, int at) {
        return block.getLong(at + STREAM_ID);
    }

    static long baseOffset(ByteBuffer block, int at) {
        return block.getLong(at + BASE_OFFSET);
    }

    static int count(ByteBuffer block, int at) {
        return block.getInt(at + COUNT);
    }

    static long maxTimestamp(ByteBuffer block, int at) {
        return block.getLong(at + MAX_TIMESTAMP);
    }

    static long appendTimeMillis(ByteBuffer block, int at) {
        return block.getLong(at + APPEND_TIME);
    }

    static int length(ByteBuffer block, int at) {
        return block.getInt(at + LENGTH);
    }
}
