package io.oxbow.s3stream.object;

import io.oxbow.s3stream.wal.RecordFrame;
import java.nio.ByteBuffer;

/**
 * Reads the fields of a {@link RecordFrame} in place, without verifying the checksum. The frame
 * must have been verified before, alone or as part of its block.
 */
final class Frame {

    static final int HEADER_BYTES = RecordFrame.HEADER_BYTES;

    private static final int STREAM_ID = 0;
    private static final int STREAM_EPOCH = 8;
    private static final int BASE_OFFSET = 16;
    private static final int COUNT = 24;
    private static final int MAX_TIMESTAMP = 28;
    private static final int APPEND_TIME = 36;
    private static final int LENGTH = 44;

    private Frame() {}

    static long streamId(ByteBuffer frames, int at) {
        return frames.getLong(at + STREAM_ID);
    }

    static long streamEpoch(ByteBuffer frames, int at) {
        return frames.getLong(at + STREAM_EPOCH);
    }

    static long baseOffset(ByteBuffer frames, int at) {
        return frames.getLong(at + BASE_OFFSET);
    }

    static int count(ByteBuffer frames, int at) {
        return frames.getInt(at + COUNT);
    }

    static long maxTimestamp(ByteBuffer frames, int at) {
        return frames.getLong(at + MAX_TIMESTAMP);
    }

    static long appendTimeMillis(ByteBuffer frames, int at) {
        return frames.getLong(at + APPEND_TIME);
    }

    static int length(ByteBuffer frames, int at) {
        return frames.getInt(at + LENGTH);
    }
}
