package io.oxbow.s3stream.wal.file;

import io.oxbow.s3stream.wal.disk.AlignedMemory;
import io.oxbow.s3stream.wal.disk.WalDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Reads bytes of a running log's ring back, through a few aligned windows of off-heap memory that
 * callers share. Thread-safe; blocks.
 */
final class RingReadBack {

    private static final int WINDOW_BYTES = 256 << 10;
    private static final int WINDOWS = 4;

    private final WalDisk disk;
    private final long ringBytes;
    private final int windowBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition returned = lock.newCondition();

    /* Guarded by the lock. */
    private final ArrayDeque<ByteBuffer> idle = new ArrayDeque<>();
    private int made;

    RingReadBack(WalDisk disk, long ringBytes) {
        this.disk = disk;
        this.ringBytes = ringBytes;
        this.windowBytes = (int) Math.min(WINDOW_BYTES, ringBytes);
    }

    /**
     * Fills {@code target} with the bytes from {@code lsn} on; bytes that the disk does not have
     * yet read as zeroes.
     */
    void read(long lsn, ByteBuffer target) throws IOException, InterruptedException {
        ByteBuffer window = take();
        try {
            long at = lsn;
            while (target.hasRemaining()) {
                at += read(at, target, window);
            }
        } finally {
            giveBack(window);
        }
    }

    private int read(long lsn, ByteBuffer target, ByteBuffer window) throws IOException {
        long start = AlignedMemory.roundDown(lsn);
        int skipped = (int) (lsn - start);
        long inRing = ringBytes - start % ringBytes;
        long wanted = AlignedMemory.roundUp((long) skipped + target.remaining());
        int size = (int) Math.min(Math.min(wanted, windowBytes), inRing);
        window.clear().limit(size);
        long position = VolumeLayout.RING_START + start % ringBytes;
        int read = disk.read(position, window);
        // The end of a PAD may lie where the file has not grown to yet.
        for (int i = read; i < size; i++) {
            window.put(i, (byte) 0);
        }
        int count = Math.min(size - skipped, target.remaining());
        target.put(window.slice(skipped, count));
        return count;
    }

    private ByteBuffer take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (idle.isEmpty() && made == WINDOWS) {
                returned.await();
            }
            if (!idle.isEmpty()) {
                return idle.pop();
            }
            made++;
        } finally {
            lock.unlock();
        }
        return AlignedMemory.allocate(windowBytes);
    }

    private void giveBack(ByteBuffer window) {
        lock.lock();
        try {
            idle.push(window);
            returned.signal();
        } finally {
            lock.unlock();
        }
    }
}
