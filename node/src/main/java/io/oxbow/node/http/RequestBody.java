package io.oxbow.node.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;

/** Reads a request's body whole, and reserves memory for it and its parsed form as it comes. */
final class RequestBody {

    private static final int TOO_LARGE = 413;
    private static final int TOO_SLOW = 408;
    private static final int CHUNK_BYTES = 16 << 10;

    /** Bytes of a refused body that are read and discarded, so that the answer arrives. */
    private static final long DISCARDED_MAX = 128L << 20;

    private static final long DISCARD_NANOS = TimeUnit.SECONDS.toNanos(60);

    private RequestBody() {}

    /**
     * @param bytesMax more is refused
     * @param nanos in which all of it must have come
     */
    static List<ByteBuffer> read(
            Request request, HttpApi api, long bytesMax, RequestMemory memory, long nanos)
            throws Refusal, IOException, InterruptedException {
        InputStream in = Content.Source.asInputStream(request);
        try {
            if (request.getLength() > bytesMax) {
                throw tooLarge(bytesMax);
            }
            return read(in, api, bytesMax, memory, nanos);
        } catch (Refusal refusal) {
            discard(in);
            throw refusal;
        }
    }

    private static List<ByteBuffer> read(
            InputStream in, HttpApi api, long bytesMax, RequestMemory memory, long nanos)
            throws Refusal, IOException, InterruptedException {
        long deadline = System.nanoTime() + nanos;
        List<ByteBuffer> chunks = new ArrayList<>();
        long total = 0;
        while (true) {
            byte[] chunk = new byte[CHUNK_BYTES];
            int filled = in.readNBytes(chunk, 0, CHUNK_BYTES);
            if (filled == 0) {
                return chunks;
            }
            total += filled;
            if (total > bytesMax) {
                throw tooLarge(bytesMax);
            }
            if (System.nanoTime() > deadline) {
                throw new Refusal(
                        TOO_SLOW,
                        "The body took longer than %d s"
                                .formatted(TimeUnit.NANOSECONDS.toSeconds(nanos)));
            }
            memory.reserve((long) filled * api.expansion());
            chunks.add(ByteBuffer.wrap(chunk, 0, filled));
        }
    }

    private static Refusal tooLarge(long bytesMax) {
        return new Refusal(
                TOO_LARGE,
                "The body has more than the %d bytes that are taken".formatted(bytesMax));
    }

    private static void discard(InputStream in) throws IOException {
        byte[] buffer = new byte[CHUNK_BYTES];
        long deadline = System.nanoTime() + DISCARD_NANOS;
        long total = 0;
        int count;
        while (total < DISCARDED_MAX
                && System.nanoTime() < deadline
                && (count = in.read(buffer)) >= 0) {
            total += count;
        }
    }
}
