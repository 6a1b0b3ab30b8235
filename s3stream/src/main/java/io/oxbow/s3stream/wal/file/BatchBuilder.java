package io.oxbow.s3stream.wal.file;

import io.oxbow.s3stream.wal.AppendCompletion;
import io.oxbow.s3stream.wal.LogBuilder;
import io.oxbow.s3stream.wal.LogState;
import io.oxbow.s3stream.wal.WalEntry;
import io.oxbow.s3stream.wal.disk.WalDisk;
import org.jspecify.annotations.Nullable;

/**
 * Builds the batches of a ring, each in one slab, with a PAD before the ring's end where a batch
 * does not fit. Guarded by the {@link LogState}.
 */
final class BatchBuilder extends LogBuilder<WriteBatch> {

    private final int volume;
    private final RingSpace space;
    private final long ringBytes;
    private final int batchBytesMax;
    private long nextLsn;

    BatchBuilder(LogState gate, RingSpace space, WalConfig config, LogStart beginning) {
        super(gate, beginning.pool(), beginning.firstLsn());
        this.volume = beginning.volume();
        this.space = space;
        this.ringBytes = config.capacityBytes() - VolumeLayout.RING_START;
        this.batchBytesMax = config.batchBytesMax();
        this.nextLsn = beginning.firstLsn();
    }

    @Override
    public WriteBatch batchFor(int frameBytes) throws InterruptedException {
        while (true) {
            gate.throwIfEnded();
            WriteBatch batch = building();
            if (batch != null && batch.fits(frameBytes)) {
                long endLsn = batch.endLsnWith(frameBytes);
                if (space.has(endLsn)) {
                    return batch;
                }
                space.await(endLsn);
            } else {
                openBatch(WriteBatch.lengthOf(frameBytes));
            }
        }
    }

    @Override
    public @Nullable WriteBatch batchAtHand(int frameBytes) {
        WriteBatch batch = building();
        if (batch != null && batch.fits(frameBytes)) {
            return space.has(batch.endLsnWith(frameBytes)) ? batch : null;
        }
        closeBatch();
        int length = WriteBatch.lengthOf(frameBytes);
        boolean atHand =
                ringRoom() >= length && slabRoom() >= length && space.has(nextLsn + length);
        return atHand ? openHere(length) : null;
    }

    private long ringRoom() {
        return ringBytes - nextLsn % ringBytes;
    }

    /** Opens a batch of at least {@code length} bytes, for which slab and ring must have room. */
    private WriteBatch openHere(int length) {
        int limit = Math.max(length, batchBytesMax);
        return opened(
                WriteBatch.open(
                        slab(),
                        slabOffset(),
                        nextLsn,
                        (int) Math.min(Math.min(limit, slabRoom()), ringRoom())));
    }

    @Override
    protected WalEntry place(WriteBatch batch, int frameBytes, AppendCompletion completion) {
        return batch.add(volume, frameBytes, completion);
    }

    /** Takes one step towards a batch of at least {@code length} bytes: slab, space, PAD, batch. */
    private void openBatch(int length) throws InterruptedException {
        closeBatch();
        long room = ringRoom();
        boolean pad = room < length;
        long endLsn = nextLsn + (pad ? room : length);
        if (slabRoom() < (pad ? WalDisk.BLOCK_BYTES : length)) {
            renewSlab(length);
        } else if (!space.has(endLsn)) {
            space.await(endLsn);
        } else if (pad) {
            opened(WriteBatch.pad(slab(), slabOffset(), nextLsn, (int) room));
            closeBatch();
        } else {
            openHere(length);
        }
    }

    /** A batch lies in one slab. */
    @Override
    protected void slabEnds() {
        closeBatch();
    }

    @Override
    protected void closed(WriteBatch batch) {
        nextLsn = batch.endLsn();
        useSlab(batch.diskBytes());
        space.batchClosed(batch);
    }

    /** Returns the bytes that the next write takes, as the batch is now. */
    int nextBytes() {
        WriteBatch next = hasClosed() ? peekClosed() : building();
        return next == null ? 0 : next.diskBytes();
    }

    /** Returns the LSN at which the next batch starts if the present one takes nothing more. */
    long nextLsn() {
        return nextLsn + buildingBytes();
    }

    /** Returns the LSN at which the batch starts that is being built or comes next. */
    long buildingLsn() {
        return nextLsn;
    }
}
