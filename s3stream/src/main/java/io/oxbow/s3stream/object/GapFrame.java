package io.oxbow.s3stream.object;

import io.oxbow.s3stream.wal.RecordFrame;
import io.oxbow.s3stream.wal.WalRecord;
import java.nio.ByteBuffer;

/**
 * Frame without payload that stands for dropped appends, so that offsets have no holes. Its append
 * time is {@link Long#MIN_VALUE}, which no append has. (An empty append is an append.) Its greatest
 * timestamp is -1, so that it never counts as recent.
 */
public final class GapFrame {

    private static final long NEVER_APPENDED = Long.MIN_VALUE;

    private GapFrame() {}

    /**
     * Makes a gap frame for the offsets from {@code fromOffset} to {@code toOffset}, or for as many
     * as fit into one frame.
     */
    public static ByteBuffer of(long streamId, long fromOffset, long toOffset) {
        int count = (int) Math.min(Integer.MAX_VALUE, toOffset - fromOffset);
        var record =
                new WalRecord(
                        streamId, 0, fromOffset, count, -1, NEVER_APPENDED, ByteBuffer.allocate(0));
        ByteBuffer frame = ByteBuffer.allocate(RecordFrame.HEADER_BYTES);
        RecordFrame.encode(frame, record);
        return frame.flip();
    }

    /** Returns whether the frame at {@code at} is a gap frame. */
    static boolean isAt(ByteBuffer frames, int at) {
        return Frame.length(frames, at) == 0
                && Frame.appendTimeMillis(frames, at) == NEVER_APPENDED;
    }
}
