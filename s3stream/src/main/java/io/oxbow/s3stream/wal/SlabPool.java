package io.oxbow.s3stream.wal;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.wal.disk.AlignedMemory;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Pool of aligned slabs of off-heap memory, bounded in bytes. Thread-safe. Slabs have a standard
 * size, or a power-of-two multiple of it for what is larger; both are kept for reuse.
 */
public final class SlabPool {

    private final int slabBytes;
    private final long boundBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition released = lock.newCondition();
    private final Deque<Slab> free = new ArrayDeque<>();
    private final Deque<Slab> freeLarge = new ArrayDeque<>();
    private long allocatedBytes;
    private long usedBytes;
    private boolean closed;

    public SlabPool(int slabBytes, long boundBytes) {
        this.slabBytes = slabBytes;
        this.boundBytes = boundBytes;
    }

    /**
     * Takes a slab of at least {@code bytes}, with one reference for the caller; waits until there
     * is one.
     *
     * @throws S3StreamException when the pool is closed, before or meanwhile
     */
    public Slab acquire(int bytes) throws InterruptedException {
        int size = slabSize(bytes);
        lock.lockInterruptibly();
        try {
            while (true) {
                if (closed) {
                    throw new S3StreamException(
                            "the WAL is closed", S3StreamException.Retry.FATAL, null);
                }
                Slab slab = takeFree(size);
                if (slab != null) {
                    return slab;
                }
                if (makeRoom(size)) {
                    break;
                }
                released.await();
            }
        } finally {
            lock.unlock();
        }
        return allocate(size);
    }

    /** Returns the bytes of slabs that are referenced. */
    public long usedBytes() {
        lock.lock();
        try {
            return usedBytes;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Closes the pool and wakes all who wait, with an exception. Slabs that are out stay valid
     * until released.
     */
    public void close() {
        lock.lock();
        try {
            closed = true;
            free.clear();
            freeLarge.clear();
            released.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private int slabSize(int bytes) {
        return Math.toIntExact(slabSize(slabBytes, bytes));
    }

    /**
     * Returns the size of the slab that holds {@code bytes}, where a standard one has {@code
     * slabBytes}.
     */
    public static long slabSize(int slabBytes, long bytes) {
        long size = slabBytes;
        while (size < bytes) {
            size *= 2;
        }
        return size;
    }

    private @Nullable Slab takeFree(int size) {
        Slab slab = null;
        if (size == slabBytes) {
            slab = free.poll();
        } else {
            for (var each = freeLarge.iterator(); each.hasNext() && slab == null; ) {
                Slab candidate = each.next();
                if (candidate.memory().capacity() == size) {
                    each.remove();
                    slab = candidate;
                }
            }
        }
        if (slab != null) {
            usedBytes += size;
            slab.renew();
            slab.memory().clear();
        }
        return slab;
    }

    /**
     * Reserves room for a new slab within the bound, giving up free slabs of other sizes; false if
     * there is none.
     */
    private boolean makeRoom(int size) {
        if (usedBytes + size > boundBytes) {
            return false;
        }
        while (allocatedBytes + size > boundBytes) {
            Slab dropped = freeLarge.isEmpty() ? free.remove() : freeLarge.remove();
            allocatedBytes -= dropped.memory().capacity();
        }
        allocatedBytes += size;
        usedBytes += size;
        return true;
    }

    private Slab allocate(int size) {
        try {
            ByteBuffer memory = AlignedMemory.allocate(size);
            return new Slab(memory, this::recycle);
        } catch (OutOfMemoryError tooLittle) {
            lock.lock();
            try {
                allocatedBytes -= size;
                usedBytes -= size;
            } finally {
                lock.unlock();
            }
            throw new S3StreamException(
                    "no direct memory for a slab of %d bytes; raise -XX:MaxDirectMemorySize"
                            .formatted(size),
                    S3StreamException.Retry.RETRYABLE,
                    tooLittle);
        }
    }

    private void recycle(Slab slab) {
        int size = slab.memory().capacity();
        lock.lock();
        try {
            usedBytes -= size;
            if (closed) {
                allocatedBytes -= size;
            } else {
                (size == slabBytes ? free : freeLarge).add(slab);
                released.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }
}
