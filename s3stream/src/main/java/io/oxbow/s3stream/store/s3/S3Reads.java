package io.oxbow.s3stream.store.s3;

import io.oxbow.s3stream.env.Environment;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** Reads the bodies of answers, limited to the requested range. Thread-safe. */
final class S3Reads {

    private static final int CHUNK_SIZE = 1 << 20;

    private final S3Config.Limits limits;
    private final Environment environment;

    S3Reads(S3Config.Limits limits, Environment environment) {
        this.limits = limits;
        this.environment = environment;
    }

    ResponseTransformer<GetObjectResponse, ByteBuffer> whole(long position, int sizeMax) {
        return (response, body) -> {
            check(response, position, sizeMax);
            return read(body, response.contentLength().intValue());
        };
    }

    private static void check(GetObjectResponse response, long position, int sizeMax)
            throws IOException {
        Long size = response.contentLength();
        String range = response.contentRange();
        boolean isElsewhere =
                position > 0 && (range == null || !range.startsWith("bytes " + position + "-"));
        if (isElsewhere || size == null || size > sizeMax) {
            throw new IOException(
                    "the store sent %s bytes of range %s where at most %d from %d were asked for"
                            .formatted(size, range, sizeMax, position));
        }
    }

    /**
     * Reads a body of {@code size} bytes, with a time-out by that size, which is known only now.
     */
    private ByteBuffer read(InputStream body, int size) throws IOException {
        long begun = environment.clock().nanoTime();
        Duration timeout = limits.timeout(size);
        byte[] bytes = new byte[size];
        int count = 0;
        while (count < size) {
            int more = body.read(bytes, count, Math.min(CHUNK_SIZE, size - count));
            if (more < 0) {
                throw new IOException("the body ended after %d of %d bytes".formatted(count, size));
            }
            count += more;
            long nanos = environment.clock().nanoTime() - begun;
            if (count < size && nanos > timeout.toNanos()) {
                throw new java.net.SocketTimeoutException(
                        "%d of %d bytes came within %s".formatted(count, size, timeout));
            }
        }
        return ByteBuffer.wrap(bytes);
    }
}
