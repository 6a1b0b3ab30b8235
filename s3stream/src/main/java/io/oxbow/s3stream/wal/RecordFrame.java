package io.oxbow.s3stream.wal;

import io.oxbow.s3stream.CorruptException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * How one append is framed, in the write-ahead log and in data objects alike, so that a frame can
 * be uploaded from the very memory it was logged from.
 *
 * <pre>
 *   0  streamId          int64
 *   8  streamEpoch       int64
 *  16  baseOffset        int64
 *  24  count             int32   at least 1
 *  28  maxTimestamp      int64
 *  36  appendTimeMillis  int64
 *  44  length            int32   of the payload
 *  48  crc               int32   CRC32C of bytes 0 to 48 and of the payload
 *  52  payload
 * </pre>
 *
 * <p>Magic and version are those of what holds the frames. Stateless; all methods may be called by
 * any thread.
 */
public final class RecordFrame {

    /** Bytes before the payload. */
    public static final int HEADER_BYTES = 52;

    private static final int COUNT_AT = 24;
    private static final int MAX_TIMESTAMP_AT = 28;
    private static final int APPEND_TIME_AT = 36;
    private static final int LENGTH_AT = 44;
    private static final int CRC_AT = 48;

    private RecordFrame() {}

    /** Bytes that {@code record} takes when framed; more than an int for absurdly large ones. */
    public static long sizeInBytes(WalRecord record) {
        return (long) HEADER_BYTES + record.records().remaining();
    }

    /** Bytes that {@code record} takes when framed, if a log may take it. */
    public static int checkedSize(WalRecord record, int maxRecordBytes) {
        int length = record.records().remaining();
        if (length > maxRecordBytes || record.count() < 1) {
            throw new IllegalArgumentException(
                    "a WAL record takes at least 1 offset and at most %d bytes, this one %d and %d"
                            .formatted(maxRecordBytes, record.count(), length));
        }
        return HEADER_BYTES + length;
    }

    /** Puts a frame at the position of {@code target}, which moves behind it. */
    public static void encode(ByteBuffer target, WalRecord record) {
        int position = target.position();
        encodeAt(target, position, record);
        target.position(position + HEADER_BYTES + record.records().remaining());
    }

    /**
     * Puts a frame at {@code position}. Touches neither buffer's position, so that several threads
     * may fill different stretches of one target.
     */
    public static void encodeAt(ByteBuffer target, int position, WalRecord record) {
        ByteBuffer payload = record.records();
        int length = payload.remaining();
        target.putLong(position, record.streamId());
        target.putLong(position + 8, record.streamEpoch());
        target.putLong(position + 16, record.baseOffset());
        target.putInt(position + COUNT_AT, record.count());
        target.putLong(position + MAX_TIMESTAMP_AT, record.maxTimestamp());
        target.putLong(position + APPEND_TIME_AT, record.appendTimeMillis());
        target.putInt(position + LENGTH_AT, length);
        target.put(position + HEADER_BYTES, payload, payload.position(), length);
        target.putInt(position + CRC_AT, crc(target, position, length));
    }

    /**
     * Takes the frame at the position of {@code source}, which moves behind it. The payload is a
     * view, not a copy.
     *
     * @throws CorruptException when there is no whole and sound frame; {@code source} stays put
     */
    public static WalRecord decode(ByteBuffer source) {
        int position = source.position();
        if (source.remaining() < HEADER_BYTES) {
            throw new CorruptException(
                    "record frame at %d needs %d bytes, %d are left"
                            .formatted(position, HEADER_BYTES, source.remaining()));
        }
        int length = source.getInt(position + LENGTH_AT);
        int count = source.getInt(position + COUNT_AT);
        if (length < 0 || length > source.remaining() - HEADER_BYTES || count < 1) {
            throw new CorruptException(
                    "record frame at %d says length %d and count %d, %d bytes are left"
                            .formatted(position, length, count, source.remaining()));
        }
        if (crc(source, position, length) != source.getInt(position + CRC_AT)) {
            throw new CorruptException("record frame at %d fails its checksum".formatted(position));
        }
        var record =
                new WalRecord(
                        source.getLong(position),
                        source.getLong(position + 8),
                        source.getLong(position + 16),
                        count,
                        source.getLong(position + MAX_TIMESTAMP_AT),
                        source.getLong(position + APPEND_TIME_AT),
                        source.slice(position + HEADER_BYTES, length));
        source.position(position + HEADER_BYTES + length);
        return record;
    }

    private static int crc(ByteBuffer buffer, int position, int length) {
        var crc = new CRC32C();
        ByteBuffer view = buffer.duplicate();
        crc.update(view.limit(position + CRC_AT).position(position));
        int payload = position + HEADER_BYTES;
        crc.update(view.limit(payload + length).position(payload));
        return (int) crc.getValue();
    }
}
