package io.oxbow.s3stream.store.local;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;

/**
 * Writes a large body into a new file, in chunks of aligned memory.
 *
 * <p>A body is many small pieces at odd addresses. To copy them together first is several times
 * cheaper than to have the kernel gather them, and only aligned memory can go past the page cache.
 * Past it, the disk is given one chunk at a time, instead of all of them at the sync, where they
 * would stand before the write-ahead log's writes.
 */
final class ChunkedWrite {

    static final int CHUNK_BYTES = 1 << 20;

    private final FileChannel file;
    private final int blockBytes;
    private final ByteBuffer chunk;
    private long position;

    private ChunkedWrite(FileChannel file, int blockBytes, ByteBuffer chunk) {
        this.file = file;
        this.blockBytes = blockBytes;
        this.chunk = chunk;
    }

    /**
     * Writes all of {@code body}; the positions of its buffers stay.
     *
     * @param blockBytes writes are of whole blocks, aligned to them; divides {@link #CHUNK_BYTES}
     */
    static void write(FileChannel file, int blockBytes, List<ByteBuffer> body) throws IOException {
        try (Arena memory = Arena.ofConfined()) {
            ByteBuffer chunk = memory.allocate(CHUNK_BYTES, blockBytes).asByteBuffer();
            var write = new ChunkedWrite(file, blockBytes, chunk);
            for (ByteBuffer piece : body) {
                write.add(piece);
            }
            write.end();
        }
    }

    private void add(ByteBuffer piece) throws IOException {
        int from = piece.position();
        int end = piece.limit();
        while (from < end) {
            int length = Math.min(end - from, chunk.remaining());
            chunk.put(chunk.position(), piece, from, length);
            chunk.position(chunk.position() + length);
            from += length;
            if (!chunk.hasRemaining()) {
                flush();
            }
        }
    }

    private void flush() throws IOException {
        chunk.flip();
        while (chunk.hasRemaining()) {
            position += file.write(chunk, position);
        }
        chunk.clear();
    }

    /** Fills the last block up, writes it, and truncates the file to its size. */
    private void end() throws IOException {
        long size = position + chunk.position();
        int left = chunk.position() % blockBytes;
        if (left > 0) {
            chunk.put(new byte[blockBytes - left]);
        }
        flush();
        if (left > 0) {
            file.truncate(size);
        }
    }
}
