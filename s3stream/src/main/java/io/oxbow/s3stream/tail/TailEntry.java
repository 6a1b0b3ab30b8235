package io.oxbow.s3stream.tail;

import io.oxbow.s3stream.Commit;
import io.oxbow.s3stream.ReadResult;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.wal.AppendCompletion;
import io.oxbow.s3stream.wal.RecordFrame;
import io.oxbow.s3stream.wal.Slab;
import io.oxbow.s3stream.wal.WalEntry;
import io.oxbow.s3stream.wal.WalRecord;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One append that is not in a data object yet. The write-ahead log tells it position and outcome at
 * once; its bytes are in a slab from then on, or, once spilled, in the log alone.
 *
 * <p>Millions of these may wait for an upload, so it is kept small. Guarded by its tail's monitor
 * but for what is final, and for the position, which never changes once it is set.
 */
public final class TailEntry implements AppendCompletion {

    /** Bytes of heap that an append takes, beside its payload, until its outcome is known. */
    public static final int OVERHEAD_BYTES = 320;

    /** Bytes of heap that an append takes from its outcome on until it is in a data object. */
    public static final int SETTLED_BYTES = 128;

    /** Memory in which frames of appends lie. */
    public interface Source {
        /** Returns the entry's frame, header and payload, as they were logged. */
        ByteBuffer frame(TailEntry entry);
    }

    private final Tail tail;
    private final long baseOffset;
    private final int count;
    private final int length;
    private final long maxTimestamp;
    private final long appendTimeMillis;
    private @Nullable Commit commit;
    private @Nullable TailSlab slab;
    private long lsn;
    private int volume;
    private int position;
    private boolean gone;

    public TailEntry(Tail tail, Commit commit, WalRecord record) {
        this.tail = tail;
        this.commit = commit;
        this.baseOffset = record.baseOffset();
        this.count = record.count();
        this.length = record.records().remaining();
        this.maxTimestamp = record.maxTimestamp();
        this.appendTimeMillis = record.appendTimeMillis();
    }

    public Tail tail() {
        return tail;
    }

    public long baseOffset() {
        return baseOffset;
    }

    public long nextOffset() {
        return baseOffset + count;
    }

    public long maxTimestamp() {
        return maxTimestamp;
    }

    public int payloadBytes() {
        return length;
    }

    /** Bytes that it takes in the write-ahead log and in data objects. */
    public int frameBytes() {
        return RecordFrame.HEADER_BYTES + length;
    }

    // ---- where it lies

    public void place(WalEntry where, TailMemory memory) {
        if (where.endLsn() - where.lsn() != frameBytes()) {
            throw new IllegalStateException(
                    "an append of %d bytes lies at [%d, %d) in the write-ahead log"
                            .formatted(length, where.lsn(), where.endLsn()));
        }
        volume = where.volume();
        lsn = where.lsn();
        position = where.position();
        slab = memory.place(this, where.slab());
    }

    /** Volume of the write-ahead log that it lies in; valid once its outcome is known. */
    public int volume() {
        return volume;
    }

    /** Position of its frame; valid once its outcome is known. */
    public long lsn() {
        return lsn;
    }

    /** Position after its frame; valid once its outcome is known. */
    public long endLsn() {
        return lsn + frameBytes();
    }

    /** The slab that holds its bytes; null when it is not in memory. */
    public @Nullable TailSlab slab() {
        return slab;
    }

    /** Marks the append as no longer in memory; returns the slab that it was in. */
    @Nullable TailSlab leaveSlab() {
        TailSlab left = slab;
        slab = null;
        return left;
    }

    // ---- what became of it

    /** Returns the caller's commit, before the entry enters the log. */
    public Commit commit() {
        return Objects.requireNonNull(commit);
    }

    /** Takes the caller's commit out, to be completed; once. */
    public Commit takeCommit() {
        Commit taken = Objects.requireNonNull(commit);
        commit = null;
        return taken;
    }

    /**
     * Returns whether the tail has dropped the append, because it is in a data object or of no use.
     */
    boolean isGone() {
        return gone;
    }

    void markGone() {
        gone = true;
    }

    @Override
    public void completed(WalEntry where, @Nullable S3StreamException outcome) {
        tail.completion().completed(this, where, outcome);
    }

    // ---- its bytes

    /** Returns the append's frame, header and payload, as logged; valid while the slab is held. */
    ByteBuffer frameIn(Slab memory) {
        return memory.view(position - RecordFrame.HEADER_BYTES, frameBytes());
    }

    ReadResult.Append appendIn(Slab memory) {
        return append(memory.view(position, length));
    }

    /** Returns the append with a payload that was read back. */
    public ReadResult.Append append(ByteBuffer payload) {
        return new ReadResult.Append(baseOffset, count, maxTimestamp, appendTimeMillis, payload);
    }

    /** Returns true when {@code record} is this append, as it was logged. */
    public boolean is(WalRecord record) {
        return record.streamId() == tail.ownership().streamId()
                && record.streamEpoch() == tail.ownership().epoch()
                && record.baseOffset() == baseOffset
                && record.count() == count
                && record.records().remaining() == length;
    }

    @Override
    public String toString() {
        return "offsets [%d, %d) of %s at %d of volume %d"
                .formatted(baseOffset, nextOffset(), tail.ownership(), lsn, volume);
    }
}
