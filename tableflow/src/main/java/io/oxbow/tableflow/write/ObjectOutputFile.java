package io.oxbow.tableflow.write;

import io.oxbow.s3stream.store.ObjectStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;

/** Creates an object for Iceberg's writers: gathered in memory, put when it is closed. */
final class ObjectOutputFile implements OutputFile {

    private final ObjectStore store;
    private final String key;
    private final String location;

    ObjectOutputFile(ObjectStore store, String key, String location) {
        this.store = store;
        this.key = key;
        this.location = location;
    }

    @Override
    public PositionOutputStream create() {
        if (toInputFile().exists()) {
            throw new AlreadyExistsException("File already exists: %s", location);
        }
        return createOrOverwrite();
    }

    @Override
    public PositionOutputStream createOrOverwrite() {
        return new Gathered();
    }

    @Override
    public String location() {
        return location;
    }

    @Override
    public InputFile toInputFile() {
        return new ObjectInputFile(store, key, location, ObjectInputFile.UNKNOWN);
    }

    /**
     * Gathers bytes in chunks that grow with the file, so that small files stay small in memory.
     */
    private final class Gathered extends PositionOutputStream {

        private static final int CHUNK_MIN = 8 << 10;
        private static final int CHUNK_MAX = 4 << 20;

        private final List<ByteBuffer> full = new ArrayList<>();
        private ByteBuffer chunk = ByteBuffer.allocate(CHUNK_MIN);
        private long position;
        private boolean closed;

        @Override
        public long getPos() {
            return position;
        }

        @Override
        public void write(int b) {
            room().put((byte) b);
            position++;
        }

        @Override
        public void write(byte[] bytes, int offset, int size) {
            int from = offset;
            int left = size;
            while (left > 0) {
                ByteBuffer target = room();
                int count = Math.min(left, target.remaining());
                target.put(bytes, from, count);
                from += count;
                left -= count;
            }
            position += size;
        }

        private ByteBuffer room() {
            if (!chunk.hasRemaining()) {
                full.add(chunk.flip());
                chunk = ByteBuffer.allocate(Math.min(chunk.capacity() * 2, CHUNK_MAX));
            }
            return chunk;
        }

        @Override
        public void close() throws IOException {
            if (closed) {
                return;
            }
            closed = true;
            full.add(chunk.flip());
            switch (store.put(key, full)) {
                case ObjectStore.PutResult.Done ignored -> full.clear();
                case ObjectStore.PutResult.NotApplied refused ->
                        throw new IOException("put of " + location + " failed", refused.cause());
                // The file's name is never used again, so whether it is there does not matter.
                case ObjectStore.PutResult.Unknown unknown ->
                        throw new IOException(
                                "put of " + location + " has an unknown outcome", unknown.cause());
            }
        }
    }
}
