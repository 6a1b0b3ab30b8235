package io.oxbow.s3stream.wal.file;

import io.oxbow.s3stream.wal.LogState;
import io.oxbow.s3stream.wal.disk.AlignedMemory;
import io.oxbow.s3stream.wal.disk.WalDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.Condition;

/**
 * Pre-writes zeroes to the part of the volume that was never written, so that the log overwrites
 * only allocated blocks.
 *
 * <p>It only ever appends to the file, and batches are only ever written below what it has reached:
 * the end of the file divides the two, so that it can never overwrite data, not even after a crash.
 * {@link #run()} is its thread; it ends when the file has its full size.
 */
final class RingZeroer {

    static final int CHUNK_BYTES = 1 << 20;

    private final WalDisk disk;
    private final LogState gate;
    private final WriteWatchdog watchdog;
    private final WritePace pace;
    private final Condition grown;
    private final Condition turn;
    private final long capacityBytes;
    private volatile long zeroedBytes;
    private volatile boolean stopped;

    RingZeroer(
            WalDisk disk, LogState gate, WriteWatchdog watchdog, WritePace pace, long capacityBytes)
            throws IOException {
        this.disk = disk;
        this.gate = gate;
        this.watchdog = watchdog;
        this.pace = pace;
        this.capacityBytes = capacityBytes;
        this.grown = gate.newCondition();
        this.turn = gate.newCondition();
        this.zeroedBytes = AlignedMemory.roundDown(disk.size());
    }

    /** Waits until everything below {@code position} may be written; false if the log failed. */
    boolean awaitZeroed(long position) throws InterruptedException {
        if (position <= zeroedBytes) {
            return true;
        }
        gate.lock();
        try {
            while (position > zeroedBytes && gate.failure() == null) {
                grown.await();
            }
            return position <= zeroedBytes;
        } finally {
            gate.unlock();
        }
    }

    /** Makes {@link #run()} return after the chunk at hand. */
    void stop() {
        stopped = true;
        gate.lock();
        try {
            turn.signalAll();
        } finally {
            gate.unlock();
        }
    }

    private boolean isOver() {
        return zeroedBytes >= capacityBytes || stopped || gate.failure() != null;
    }

    /**
     * Waits until the volume's rate allows {@code bytes}; false when nothing is to be written any
     * more.
     */
    private boolean awaitTurn(int bytes) throws InterruptedException {
        gate.lock();
        try {
            for (long wait = pace.waitNanos(bytes);
                    wait > 0 && !isOver();
                    wait = pace.waitNanos(bytes)) {
                pace.await(wait, turn);
            }
            if (isOver()) {
                return false;
            }
            pace.take(bytes);
            return true;
        } finally {
            gate.unlock();
        }
    }

    void run() throws IOException, InterruptedException {
        if (zeroedBytes >= capacityBytes) {
            return;
        }
        ByteBuffer zeroes = AlignedMemory.allocate(CHUNK_BYTES);
        while (!isOver()) {
            long position = zeroedBytes;
            zeroes.clear().limit((int) Math.min(CHUNK_BYTES, capacityBytes - position));
            int bytes = zeroes.remaining();
            if (!awaitTurn(bytes)) {
                return;
            }
            write(position, zeroes);
            gate.lock();
            try {
                zeroedBytes = position + bytes;
                grown.signalAll();
            } finally {
                gate.unlock();
            }
        }
    }

    private void write(long position, ByteBuffer zeroes) throws IOException {
        var write = watchdog.started();
        try {
            disk.write(position, zeroes);
            disk.sync();
        } catch (IOException failure) {
            throw new IOException(
                    "%s cannot grow from %d to its %d bytes, %d are missing: %s"
                            .formatted(
                                    disk.description(),
                                    position,
                                    capacityBytes,
                                    capacityBytes - position,
                                    failure.getMessage()),
                    failure);
        } finally {
            watchdog.ended(write);
        }
    }
}
