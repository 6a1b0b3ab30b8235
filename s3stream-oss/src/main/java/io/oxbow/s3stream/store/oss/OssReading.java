package io.oxbow.s3stream.store.oss;

import com.aliyun.oss.InconsistentException;
import com.aliyun.oss.common.utils.IOUtils;
import com.aliyun.oss.model.OSSObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/** Reads the body of an answer and checks that it has the requested range. */
final class OssReading {

    static final Range WHOLE = new Range(0, Integer.MAX_VALUE);

    private OssReading() {}

    record Range(long position, int sizeMax) {}

    /** Reads the body and closes the answer in any case. */
    static ByteBuffer read(OSSObject answer, Range range) {
        try {
            ByteBuffer body = readOpen(answer, range);
            answer.close();
            return body;
        } catch (IOException | RuntimeException e) {
            abort(answer);
            if (e instanceof IOException broken) {
                throw new UncheckedIOException(broken);
            }
            throw (RuntimeException) e;
        }
    }

    private static ByteBuffer readOpen(OSSObject answer, Range range) throws IOException {
        long size = answer.getObjectMetadata().getContentLength();
        Object sent = answer.getObjectMetadata().getRawMetadata().get("Content-Range");
        boolean isElsewhere =
                range.position > 0
                        && (sent == null
                                || !sent.toString().startsWith("bytes " + range.position + "-"));
        if (isElsewhere || size > range.sizeMax) {
            throw new IOException(
                    "the store sent %d bytes of range %s where at most %d from %d were asked for"
                            .formatted(size, sent, range.sizeMax, range.position));
        }
        InputStream content = answer.getObjectContent();
        byte[] bytes = new byte[(int) size];
        int count = content.readNBytes(bytes, 0, bytes.length);
        if (count < size) {
            throw new IOException("the body ended after %d of %d bytes".formatted(count, size));
        }
        if (sent == null) {
            checkWhole(answer, content);
        }
        return ByteBuffer.wrap(bytes);
    }

    /**
     * Compares the checksum of a whole body with the object's, which the answer carries even when
     * only a part was sent.
     */
    private static void checkWhole(OSSObject answer, InputStream content) {
        Long received = IOUtils.getCRCValue(content);
        Long stored = answer.getServerCRC();
        if (received != null && stored != null && !received.equals(stored)) {
            throw new InconsistentException(received, stored, answer.getRequestId());
        }
    }

    private static void abort(OSSObject answer) {
        try {
            answer.forcedClose();
        } catch (IOException e) {
            // The connection is given up anyway.
        }
    }
}
