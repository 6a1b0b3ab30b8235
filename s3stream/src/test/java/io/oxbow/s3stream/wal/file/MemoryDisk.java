package io.oxbow.s3stream.wal.file;

import io.oxbow.s3stream.wal.disk.WalDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Disk in memory that forgets what was not synced. Thread-safe. Faults: a hook before each read,
 * write and sync, which may throw or block.
 */
final class MemoryDisk implements WalDisk {

    /** Hook of an operation, called without any lock held. */
    interface Hook {
        void before(Operation operation, long position, int bytes) throws IOException;
    }

    enum Operation {
        READ,
        WRITE,
        SYNC
    }

    private record Pending(long position, byte[] bytes) {}

    private byte[] cached = new byte[0];
    private byte[] durable = new byte[0];
    private final List<Pending> unsynced = new ArrayList<>();
    private Hook hook = (operation, position, bytes) -> {};
    private boolean closed;

    void hook(Hook newHook) {
        hook = newHook;
    }

    /** Makes a disk that holds exactly {@code content}, all of it durable. */
    static MemoryDisk of(byte[] content) {
        var disk = new MemoryDisk();
        disk.cached = content.clone();
        disk.durable = content.clone();
        return disk;
    }

    /** Returns the disk after a crash: nothing of what was not synced. */
    synchronized MemoryDisk crash() {
        return of(durable);
    }

    /**
     * Returns a disk that a crash may leave: of each unsynced block all, nothing, or the front of
     * it.
     */
    synchronized MemoryDisk crash(RandomGenerator random) {
        byte[] left = durable;
        for (Pending write : unsynced) {
            for (int at = 0; at < write.bytes.length; at += BLOCK_BYTES) {
                int length =
                        switch (random.nextInt(3)) {
                            case 0 -> 0;
                            case 1 -> BLOCK_BYTES;
                            default -> random.nextInt(random.nextBoolean() ? 80 : BLOCK_BYTES);
                        };
                left =
                        put(
                                left,
                                write.position + at,
                                Arrays.copyOfRange(write.bytes, at, at + length));
            }
        }
        return of(left);
    }

    synchronized byte[] content() {
        return cached.clone();
    }

    synchronized boolean isClosed() {
        return closed;
    }

    @Override
    public String description() {
        return "memory";
    }

    @Override
    public synchronized long size() {
        return cached.length;
    }

    @Override
    public int read(long position, ByteBuffer target) throws IOException {
        requireAligned(position, target);
        hook.before(Operation.READ, position, target.remaining());
        synchronized (this) {
            int bytes = (int) Math.clamp(cached.length - position, 0, target.remaining());
            target.put(cached, (int) Math.min(position, cached.length), bytes);
            return bytes;
        }
    }

    @Override
    public void write(long position, ByteBuffer source) throws IOException {
        requireAligned(position, source);
        hook.before(Operation.WRITE, position, source.remaining());
        synchronized (this) {
            if (closed) {
                throw new IOException("closed");
            }
            byte[] bytes = new byte[source.remaining()];
            source.get(bytes);
            cached = put(cached, position, bytes);
            unsynced.add(new Pending(position, bytes));
        }
    }

    @Override
    public void sync() throws IOException {
        List<Pending> covered;
        synchronized (this) {
            covered = List.copyOf(unsynced);
        }
        hook.before(Operation.SYNC, 0, 0);
        synchronized (this) {
            for (Pending write : covered) {
                if (unsynced.remove(write)) {
                    durable = put(durable, write.position, write.bytes);
                }
            }
        }
    }

    @Override
    public boolean isSynchronous() {
        return false;
    }

    @Override
    public synchronized void close() {
        closed = true;
    }

    private static byte[] put(byte[] content, long position, byte[] bytes) {
        int end = (int) position + bytes.length;
        byte[] grown = content.length < end ? Arrays.copyOf(content, end) : content;
        System.arraycopy(bytes, 0, grown, (int) position, bytes.length);
        return grown;
    }

    private static void requireAligned(long position, ByteBuffer buffer) throws IOException {
        if (position % BLOCK_BYTES != 0
                || buffer.remaining() % BLOCK_BYTES != 0
                || buffer.alignmentOffset(buffer.position(), BLOCK_BYTES) != 0) {
            throw new IOException("not aligned");
        }
    }
}
