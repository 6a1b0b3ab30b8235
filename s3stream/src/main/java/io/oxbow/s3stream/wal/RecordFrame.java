package io.oxbow.s3stream.wal;

import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.KnownCrc;
import io.oxbow.s3stream.binary.Crc32c;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

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
        int payloadCrc = payloadCrc(target, position + HEADER_BYTES, length, record.crc());
        target.putInt(position + CRC_AT, crc(target, position, payloadCrc, length));
    }

    private static int payloadCrc(
            ByteBuffer target, int position, int length, @Nullable KnownCrc known) {
        if (known == null) {
            return Crc32c.of(target, position, length);
        }
        int unknown = Crc32c.of(target, position, known.from());
        return Crc32c.concat(unknown, known.crc32c(), length - known.from());
    }

    /** Checksum of the one frame at {@code position}, all of it, from what it says itself. */
    public static int crcOfFrame(ByteBuffer frames, int position) {
        // The frame's own checksum leaves the field out that it stands in.
        int without = Crc32c.of(frames, position, CRC_AT);
        int with = Crc32c.of(frames, position, HEADER_BYTES);
        int length = frames.getInt(position + LENGTH_AT);
        return frames.getInt(position + CRC_AT) ^ Crc32c.shift(without ^ with, length);
    }

    /** Checksum of the frames that lie one behind the other, from what they say themselves. */
    public static int crcOfFrames(ByteBuffer frames, int position, int length) {
        int crc = 0;
        int end = position + length;
        for (int at = position; at < end; ) {
            int frameBytes = HEADER_BYTES + frames.getInt(at + LENGTH_AT);
            crc = Crc32c.concat(crc, crcOfFrame(frames, at), frameBytes);
            at += frameBytes;
        }
        return crc;
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
        int payloadCrc = Crc32c.of(source, position + HEADER_BYTES, length);
        if (crc(source, position, payloadCrc, length) != source.getInt(position + CRC_AT)) {
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

    private static int crc(ByteBuffer frame, int position, int payloadCrc, int length) {
        return Crc32c.concat(Crc32c.of(frame, position, CRC_AT), payloadCrc, length);
    }
}
