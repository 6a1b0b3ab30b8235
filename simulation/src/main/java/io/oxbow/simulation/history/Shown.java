package io.oxbow.simulation.history;

import io.oxbow.s3stream.ReadResult;
import java.nio.ByteBuffer;

/** Copies what reads show, for histories: the engine takes its bytes back. */
public final class Shown {

    private Shown() {}

    public static StreamHistory.Shown of(ReadResult.Append append) {
        return new StreamHistory.Shown(append.baseOffset(), append.count(), copy(append.records()));
    }

    public static ByteBuffer copy(ByteBuffer bytes) {
        ByteBuffer copy = ByteBuffer.allocate(bytes.remaining());
        return copy.put(bytes.duplicate()).flip();
    }
}
