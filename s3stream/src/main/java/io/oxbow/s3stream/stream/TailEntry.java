package io.oxbow.s3stream.stream;

import io.oxbow.s3stream.Commit;
import io.oxbow.s3stream.Fetched;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.wal.WalRecord;
import io.oxbow.s3stream.wal.WriteAheadLog;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One append that is not in a data object yet. It listens to the write-ahead log, which may tell
 * that the append is durable before the appending thread has learned where it lies: both {@link
 * Tail#place} and {@link Tail#settle} are needed before anyone is told.
 */
final class TailEntry implements Commit.Listener {

    /** Objects that an append costs beside its payload: frame, entry, commits. */
    static final int OVERHEAD_BYTES = 320;

    private final OpenStream stream;
    private final Commit commit;
    private final long maxTimestamp;
    private final long appendTimeMillis;
    private final int length;

    /** Set once, under the tail's monitor; read by the uploader without it. */
    private volatile WriteAheadLog.@Nullable Entry placed;

    /** Guarded by the tail. */
    private boolean settled;

    /** Guarded by the tail. */
    private @Nullable S3StreamException failure;

    TailEntry(OpenStream stream, Commit commit, WalRecord record) {
        this.stream = stream;
        this.commit = commit;
        this.maxTimestamp = record.maxTimestamp();
        this.appendTimeMillis = record.appendTimeMillis();
        this.length = record.records().remaining();
    }

    OpenStream stream() {
        return stream;
    }

    /** The caller's promise. */
    Commit commit() {
        return commit;
    }

    long baseOffset() {
        return commit.baseOffset();
    }

    long nextOffset() {
        return commit.nextOffset();
    }

    long maxTimestamp() {
        return maxTimestamp;
    }

    int payloadBytes() {
        return length;
    }

    /** What it counts for in memory. */
    long chargedBytes() {
        return (long) length + OVERHEAD_BYTES;
    }

    boolean isPlaced() {
        return placed != null;
    }

    WriteAheadLog.Entry placed() {
        return Objects.requireNonNull(placed);
    }

    void place(WriteAheadLog.Entry entry) {
        placed = entry;
    }

    boolean isSettled() {
        return settled;
    }

    @Nullable S3StreamException failure() {
        return failure;
    }

    void settle(@Nullable S3StreamException outcome) {
        settled = true;
        failure = outcome;
    }

    @Override
    public void completed(@Nullable S3StreamException outcome) {
        stream.settled(this, outcome);
    }

    /** For the upload, when placed: the very bytes that were logged. */
    ByteBuffer frame() {
        return placed().frame();
    }

    Fetched.Append append() {
        ByteBuffer records = placed().records();
        return new Fetched.Append(baseOffset(), count(), maxTimestamp, appendTimeMillis, records);
    }

    private int count() {
        return (int) (nextOffset() - baseOffset());
    }
}
