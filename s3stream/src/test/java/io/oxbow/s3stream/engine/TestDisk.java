package io.oxbow.s3stream.engine;

import io.oxbow.s3stream.wal.disk.WalDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** A disk in memory that outlives the process using it, and can stall or break. Thread-safe. */
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

    /** Takes the disk from the process that has it: that one's writes fail from now on. */
    synchronized TestDisk cut() {
        cut = true;
        resume();
        return new TestDisk(content.clone());
    }

    /** From now on writes wait. */
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

    /** The threads that have written. */
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
