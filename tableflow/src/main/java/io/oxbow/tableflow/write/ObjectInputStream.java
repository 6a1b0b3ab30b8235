package io.oxbow.tableflow.write;

import io.oxbow.s3stream.store.ObjectStore;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.RangeReadable;
import org.apache.iceberg.io.SeekableInputStream;

/**
 * Reads an object in ranges. Sequential reading doubles the range each time, up to a bound; large
 * reads go past the buffer.
 */
final class ObjectInputStream extends SeekableInputStream implements RangeReadable {

    private static final int RANGE_MIN = 16 << 10;
    private static final int RANGE_MAX = 4 << 20;
    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

    private final ObjectStore store;
    private final String key;
    private final String location;
    private final long length;
    private ByteBuffer buffer = EMPTY;
    private long bufferPosition;
    private long position;
    private int nextRange = RANGE_MIN;

    ObjectInputStream(ObjectStore store, String key, String location, long length) {
        this.store = store;
        this.key = key;
        this.location = location;
        this.length = length;
    }

    @Override
    public long getPos() {
        return position;
    }

    @Override
    public void seek(long newPosition) throws IOException {
        if (newPosition < 0 || newPosition > length) {
            throw new EOFException(
                    "position %d of %s, which has %d bytes"
                            .formatted(newPosition, location, length));
        }
        position = newPosition;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int size) throws IOException {
        if (size == 0) {
            return 0;
        }
        if (position >= length) {
            return -1;
        }
        if (!isBuffered(position)) {
            fill(size);
        }
        int start = (int) (position - bufferPosition);
        int count = Math.min(size, buffer.limit() - start);
        buffer.get(start, target, offset, count);
        position += count;
        return count;
    }

    private boolean isBuffered(long at) {
        return at >= bufferPosition && at < bufferPosition + buffer.limit();
    }

    private void fill(int atLeast) throws IOException {
        boolean sequential = position == bufferPosition + buffer.limit() && buffer.limit() > 0;
        nextRange = sequential ? Math.min(nextRange * 2, RANGE_MAX) : RANGE_MIN;
        long size = Math.min(Math.max(nextRange, atLeast), length - position);
        buffer = get(position, (int) size);
        bufferPosition = position;
    }

    @Override
    public void readFully(long from, byte[] target, int offset, int size) throws IOException {
        if (from < 0 || from + size > length) {
            throw new EOFException(
                    "%d bytes from %d of %s, which has %d".formatted(size, from, location, length));
        }
        if (size > 0) {
            get(from, size).get(0, target, offset, size);
        }
    }

    @Override
    public int readTail(byte[] target, int offset, int size) throws IOException {
        int count = (int) Math.min(size, length);
        readFully(length - count, target, offset, count);
        return count;
    }

    private ByteBuffer get(long from, int size) throws IOException {
        ByteBuffer body =
                switch (store.get(key, from, size)) {
                    case ObjectStore.GetResult.Found found -> found.body().slice();
                    case ObjectStore.GetResult.NotFound ignored ->
                            throw new NotFoundException("File does not exist: %s", location);
                    case ObjectStore.GetResult.Unavailable unavailable ->
                            throw new IOException(
                                    "read of %s at %d failed".formatted(location, from),
                                    unavailable.cause());
                };
        if (body.remaining() != size) {
            throw new EOFException(
                    "%d of %d bytes from %d of %s"
                            .formatted(body.remaining(), size, from, location));
        }
        return body;
    }

    @Override
    public void close() {
        buffer = EMPTY;
    }
}
