package io.oxbow.s3stream.stream;

import java.nio.ByteBuffer;

/** Memory that the frames of appends lie in. */
interface FrameSource {

    /** The very bytes that were logged, frame and payload. */
    ByteBuffer frame(TailEntry entry);
}
