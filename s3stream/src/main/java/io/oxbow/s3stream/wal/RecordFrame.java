package io.oxbow.s3stream.wal;

import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.KnownCrc;
import io.oxbow.s3stream.binary.Crc32c;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Encodes and decodes the frame of one append. The write-ahead log and data objects have the same
 * frames, so that a frame can be uploaded from the memory from which it was logged.
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

    /** Size in bytes of a frame's header, before the payload. */
    public static final int HEADER_BYTES = 52;

    private static final int COUNT_AT = 24;
    private static final int MAX_TIMESTAMP_AT = 28;
    private static final int APPEND_TIME_AT = 36;
    private static final int LENGTH_AT = 44;
    private static final int CRC_AT = 48;

    private RecordFrame() {}

    /** Returns the bytes of {@code record} as a frame, which may exceed an int. */
    public static long sizeInBytes(WalRecord record) {
        return (long) HEADER_BYTES + record.records().remaining();
    }

    /**
     * Returns the bytes of {@code record} as a frame, after checking that a log may take the
     * record.
     */
    public static int checkedSize(WalRecord record, int recordBytesMax) {
        int length = record.records().remaining();
        if (length > recordBytesMax || record.count() < 1) {
            throw new IllegalArgumentException(
                    "a WAL record takes at least 1 offset and at most %d bytes, this one %d and %d"
                            .formatted(recordBytesMax, record.count(), length));
        }
        return HEADER_BYTES + length;
    }

    /** Writes a frame at the position of {@code target}, which moves behind the frame. */
    public static void encode(ByteBuffer target, WalRecord record) {
        int position = target.position();
        encodeAt(target, position, record);
        target.position(position + HEADER_BYTES + record.records().remaining());
    }

    /**
     * Writes a frame at {@code position} of {@code target}. Touches neither buffer's position, so
     * that several threads may fill different stretches of one target.
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

    /**
     * Returns the checksum of the whole frame at {@code position}, computed from the frame's own
     * checksum field.
     */
    public static int crcOfFrame(ByteBuffer frames, int position) {
        // The frame's own checksum leaves the field out that it stands in.
        int without = Crc32c.of(frames, position, CRC_AT);
        int with = Crc32c.of(frames, position, HEADER_BYTES);
        int length = frames.getInt(position + LENGTH_AT);
        return frames.getInt(position + CRC_AT) ^ Crc32c.shift(without ^ with, length);
    }

    /** Returns the checksum of adjacent frames, computed from the frames' own checksum fields. */
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
     * Reads the frame at the position of {@code source}, which moves behind the frame. The payload
     * is a view, not a copy.
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
