package io.oxbow.s3stream.wal.file;

import io.oxbow.s3stream.wal.disk.WalDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Writes batches, on the disk threads of a log. Each seals the next batch, writes it, completes the
 * appends that became durable by it, and starts over. They seal one at a time, because each batch
 * names the checksum of the one before, and write side by side.
 */
public final class BatchWriters {

    private final WalDisk disk;
    private final WritePipeline pipeline;
    private final RingZeroer zeroer;
    private final WriteWatchdog watchdog;
    private final Ring ring;

    /** Checksum of the last sealed batch; used only by the thread that has an unsealed batch. */
    private int prevBatchCrc;

    /** Ring into which batches are written. */
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

    /** Writes batches until the log ends; the body of one disk thread. */
    public void run() throws IOException, InterruptedException {
        List<WriteBatch> durables = new ArrayList<>();
        WriteBatch batch = pipeline.take(false);
        while (batch != null) {
            boolean durable = false;
            try {
                seal(batch);
                durable = write(batch);
            } finally {
                batch.release();
                pipeline.writeEnded(batch, durable);
            }
            completeAppends(durables);
            batch = pipeline.take(true);
        }
    }

    private void seal(WriteBatch batch) {
        try {
            prevBatchCrc =
                    batch.seal(ring.walId, ring.nodeEpoch, pipeline.durableLsn(), prevBatchCrc);
        } finally {
            pipeline.sealed();
        }
    }

    /**
     * Completes the commits of all that is durable, in order, unless another writer does so now.
     */
    private void completeAppends(List<WriteBatch> durables) {
        boolean more = pipeline.takeDurable(durables, false);
        while (more) {
            durables.forEach(batch -> batch.complete(null));
            durables.clear();
            more = pipeline.takeDurable(durables, true);
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
