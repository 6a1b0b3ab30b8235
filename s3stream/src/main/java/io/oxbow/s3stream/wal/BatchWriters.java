package io.oxbow.s3stream.wal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What the disk threads of a log do: each seals the next batch, writes it, reports, and starts
 * over. They seal one at a time, because each batch names the checksum of the one before, and write
 * side by side.
 */
final class BatchWriters {

    private final WalDisk disk;
    private final WritePipeline pipeline;
    private final RingZeroer zeroer;
    private final WriteWatchdog watchdog;
    private final Ring ring;
    private final ReentrantLock sealing = new ReentrantLock();
    private int prevBatchCrc;

    /** What a batch is written into. */
    record Ring(UUID walId, long nodeEpoch, long bytes) {}

    BatchWriters(
            WalDisk disk,
            WritePipeline pipeline,
            RingZeroer zeroer,
            WriteWatchdog watchdog,
            Ring ring) {
        this.disk = disk;
        this.pipeline = pipeline;
        this.zeroer = zeroer;
        this.watchdog = watchdog;
        this.ring = ring;
    }

    /** One disk thread's life. */
    void run() throws IOException, InterruptedException {
        WriteBatch batch;
        while ((batch = seal()) != null) {
            boolean durable = false;
            try {
                durable = write(batch);
            } finally {
                batch.release();
                pipeline.writeEnded(batch, durable);
            }
        }
    }

    private @Nullable WriteBatch seal() throws InterruptedException {
        sealing.lock();
        try {
            WriteBatch batch = pipeline.take();
            if (batch != null) {
                prevBatchCrc =
                        batch.seal(ring.walId, ring.nodeEpoch, pipeline.durableLsn(), prevBatchCrc);
            }
            return batch;
        } finally {
            sealing.unlock();
        }
    }

    private boolean write(WriteBatch batch) throws IOException, InterruptedException {
        ByteBuffer bytes = batch.bytes();
        long position = VolumeLayout.RING_START + batch.startLsn() % ring.bytes;
        if (!zeroer.awaitZeroed(position + bytes.remaining())) {
            return false;
        }
        var write = watchdog.started();
        try {
            disk.write(position, bytes);
            disk.sync();
        } finally {
            watchdog.ended(write);
        }
        return true;
    }
}
