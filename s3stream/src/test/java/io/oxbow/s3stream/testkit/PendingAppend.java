package io.oxbow.s3stream.testkit;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.wal.AppendCompletion;
import io.oxbow.s3stream.wal.WalEntry;
import io.oxbow.s3stream.wal.WalRecord;
import io.oxbow.s3stream.wal.WriteAheadLog;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** An append that a test waits for; keeps position and outcome. */
public final class PendingAppend implements AppendCompletion {

    private record Outcome(WalEntry entry, @Nullable S3StreamException failure) {}

    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();

    /** Appends the record. */
    public static PendingAppend of(WriteAheadLog log, WalRecord record) {
        var append = new PendingAppend();
        log.append(record, append);
        return append;
    }

    @Override
    public void completed(WalEntry entry, @Nullable S3StreamException failure) {
        if (!outcome.complete(new Outcome(entry, failure))) {
            throw new IllegalStateException("an append completes once");
        }
    }

    /** Its place, once the outcome is known, whatever that is. */
    public WalEntry entry() {
        return outcome().entry;
    }

    /** Waits until it is durable; throws when its outcome is unknown. */
    public WalEntry await() {
        S3StreamException failure = outcome().failure;
        if (failure != null) {
            throw new S3StreamException(
                    "unknown outcome", S3StreamException.Retry.UNKNOWN, failure);
        }
        return entry();
    }

    /** Waits until it is durable and lets go of its memory. */
    public WalEntry settle() {
        WalEntry entry = await();
        entry.slab().release();
        return entry;
    }

    private Outcome outcome() {
        try {
            return outcome.get();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }
}
