package io.oxbow.s3stream.store;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Body to be sent: views of the caller's buffers, which can be read more than once. */
public final class Body {

    private final List<ByteBuffer> buffers;
    private final long size;

    private Body(List<ByteBuffer> buffers) {
        this.buffers = buffers;
        this.size = buffers.stream().mapToLong(ByteBuffer::remaining).sum();
    }

    /** Makes a body of the caller's buffers, from position to limit; their positions stay. */
    public static Body of(List<ByteBuffer> buffers) {
        return new Body(buffers.stream().map(ByteBuffer::slice).toList());
    }

    public long size() {
        return size;
    }

    /** Returns a part of the body, without copying. */
    public Body part(long position, long length) {
        List<ByteBuffer> views = new ArrayList<>();
        long skip = position;
        long left = length;
        for (ByteBuffer buffer : buffers) {
            int from = (int) Math.min(skip, buffer.limit());
            int taken = (int) Math.min(left, buffer.limit() - from);
            skip -= from;
            left -= taken;
            if (taken > 0) {
                views.add(buffer.slice(from, taken));
            }
        }
        return new Body(views);
    }

    /** Returns a new input stream from the start; streams of one body are independent. */
    public InputStream stream() {
        return new BufferStream(buffers.stream().map(ByteBuffer::duplicate).toList());
    }

    /** Returns the CRC32C as S3 wants it in a header: base64 of the four bytes, big-endian. */
    public String crc32c() {
        var crc = new java.util.zip.CRC32C();
        buffers.forEach(buffer -> crc.update(buffer.duplicate()));
        byte[] bytes = ByteBuffer.allocate(Integer.BYTES).putInt((int) crc.getValue()).array();
        return java.util.Base64.getEncoder().encodeToString(bytes);
    }

    /** Returns the MD5 for the {@code Content-MD5} header, in base64. */
    public String md5() {
        try {
            var digest = java.security.MessageDigest.getInstance("MD5");
            buffers.forEach(buffer -> digest.update(buffer.duplicate()));
            return java.util.Base64.getEncoder().encodeToString(digest.digest());
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has MD5", e);
        }
    }

    /** Input stream over buffers, one after the other. For one thread. */
    private static final class BufferStream extends InputStream {

        private final List<ByteBuffer> buffers;
        private int index;

        BufferStream(List<ByteBuffer> buffers) {
            this.buffers = buffers;
        }

        @Override
        public int read() {
            return moveToBytes() ? buffers.get(index).get() & 0xff : -1;
        }

        @Override
        public int read(byte[] into, int from, int length) {
            if (length == 0) {
                return 0;
            }
            if (!moveToBytes()) {
                return -1;
            }
            ByteBuffer buffer = buffers.get(index);
            int count = Math.min(length, buffer.remaining());
            buffer.get(into, from, count);
            return count;
        }

        @Override
        public int available() {
            return moveToBytes() ? buffers.get(index).remaining() : 0;
        }

        private boolean moveToBytes() {
            while (index < buffers.size() && !buffers.get(index).hasRemaining()) {
                index++;
            }
            return index < buffers.size();
        }
    }
}
