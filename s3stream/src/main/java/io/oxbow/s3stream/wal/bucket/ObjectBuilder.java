package io.oxbow.s3stream.wal.bucket;

import io.oxbow.s3stream.wal.AppendCompletion;
import io.oxbow.s3stream.wal.LogBuilder;
import io.oxbow.s3stream.wal.LogState;
import io.oxbow.s3stream.wal.SlabPool;
import io.oxbow.s3stream.wal.WalEntry;
import org.jspecify.annotations.Nullable;

/**
 * Builds the objects of a log, whose frames may lie in several slabs. Guarded by the {@link
 * LogState}.
 */
final class ObjectBuilder extends LogBuilder<WalObject> {

    private final LogSpace space;
    private final int sealBytes;
    private WalKey nextKey;

    ObjectBuilder(LogState gate, SlabPool pool, LogSpace space, int sealBytes, WalKey first) {
        super(gate, pool, WalPosition.startOf(first.seq()));
        this.space = space;
        this.sealBytes = sealBytes;
        this.nextKey = first;
    }

    @Override
    public WalObject batchFor(int frameBytes) throws InterruptedException {
        while (true) {
            gate.throwIfEnded();
            if (slabRoom() < frameBytes) {
                renewSlab(frameBytes);
            } else if (!hasSpace(frameBytes)) {
                space.awaitTrim();
            } else {
                return objectFor(frameBytes);
            }
        }
    }

    @Override
    public @Nullable WalObject batchAtHand(int frameBytes) {
        boolean atHand = slabRoom() >= frameBytes && hasSpace(frameBytes);
        return atHand ? objectFor(frameBytes) : null;
    }

    private boolean hasSpace(int frameBytes) {
        return space.has(frameBytes + ObjectHeader.BYTES);
    }

    /** Returns the object that takes the next frame, for which there must be room. */
    private WalObject objectFor(int frameBytes) {
        WalObject object = building();
        if (object != null && object.takes(frameBytes, sealBytes)) {
            return object;
        }
        closeBatch();
        WalObject opened = opened(new WalObject(nextKey));
        space.opened(nextKey.seq());
        nextKey = nextKey.next();
        return opened;
    }

    @Override
    protected WalEntry place(WalObject object, int frameBytes, AppendCompletion completion) {
        WalEntry entry = object.add(slab(), slabOffset(), frameBytes, completion);
        useSlab(frameBytes);
        space.appended(frameBytes);
        return entry;
    }
}
