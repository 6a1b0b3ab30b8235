package io.oxbow.s3stream.engine;

import io.oxbow.s3stream.wal.disk.WalDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** Disk in memory that outlives its process, and can stall or break. Thread-safe. */
final class TestDisk implements WalDisk {

    private byte[] content;
    private boolean cut;
    private volatile @Nullable CountDownLatch stall;
    private final Set<Thread> writers = ConcurrentHashMap.newKeySet();

    TestDisk() {
        this(new byte[0]);
    }

    private TestDisk(byte[] content) {
        this.content = content;
    }

    /**
     * Cuts the disk off from its process, whose writes fail from now on, and returns it for the
     * next one.
     */
    synchronized TestDisk cut() {
        cut = true;
        resume();
        return new TestDisk(content.clone());
    }

    /** Lets writes wait from now on. */
    void stall() {
        stall = new CountDownLatch(1);
    }

    void resume() {
        CountDownLatch waiting = stall;
        stall = null;
        if (waiting != null) {
            waiting.countDown();
        }
    }

    /** Returns the threads that have written. */
    Set<Thread> writers() {
        return writers;
    }

    /** Damages a byte in the first block that holds {@code pattern}. */
    synchronized void damage(byte[] pattern) {
        for (int i = 0; i + pattern.length <= content.length; i++) {
            if (Arrays.equals(content, i, i + pattern.length, pattern, 0, pattern.length)) {
                content[i] ^= 1;
                return;
            }
        }
        throw new AssertionError("not on the disk");
    }

    @Override
    public String description() {
        return "test disk";
    }

    @Override
    public synchronized long size() {
        return content.length;
    }

    @Override
    public synchronized int read(long position, ByteBuffer target) {
        int bytes = (int) Math.clamp(content.length - position, 0, target.remaining());
        target.put(content, (int) Math.min(position, content.length), bytes);
        return bytes;
    }

    @Override
    public void write(long position, ByteBuffer source) throws IOException {
        writers.add(Thread.currentThread());
        awaitResume();
        synchronized (this) {
            if (cut) {
                throw new IOException("the disk was taken away");
            }
            int end = (int) position + source.remaining();
            if (content.length < end) {
                content = Arrays.copyOf(content, end);
            }
            source.get(content, (int) position, source.remaining());
        }
    }

    private void awaitResume() throws IOException {
        CountDownLatch waiting = stall;
        try {
            if (waiting != null) {
                waiting.await();
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void sync() {}

    @Override
    public boolean isSynchronous() {
        return true;
    }

    @Override
    public void close() {}
}
