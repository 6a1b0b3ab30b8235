package io.oxbow.node.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;

/** Reads a request's body whole, and reserves memory for it and its parsed form as it comes. */
final class RequestBody {

    private static final int TOO_LARGE = 413;
    private static final int TOO_SLOW = 408;
    private static final int CHUNK_BYTES = 16 << 10;

    /**
     * Longest that the rest of a refused body is discarded: to close at once would lose the answer
     * where the client still sends.
     */
    private static final long DISCARD_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** Longest wait for more of it. */
    private static final long DISCARD_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

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
            discard(request);
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

    /** Discards what comes of a body, as long as it comes and for seconds at most. */
    private static void discard(Request request) throws InterruptedException {
        long deadline = System.nanoTime() + DISCARD_NANOS;
        while (true) {
            Content.Chunk chunk = request.read();
            if (chunk == null) {
                long left = Math.min(DISCARD_PAUSE_NANOS, deadline - System.nanoTime());
                var more = new CountDownLatch(1);
                request.demand(more::countDown);
                if (!more.await(left, TimeUnit.NANOSECONDS)) {
                    return;
                }
            } else {
                chunk.release();
                if (chunk.isLast() || System.nanoTime() - deadline > 0) {
                    return;
                }
                // A client that never pauses would keep the processor from other virtual threads.
                Thread.yield();
            }
        }
    }
}
