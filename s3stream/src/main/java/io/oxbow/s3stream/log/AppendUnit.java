package io.oxbow.s3stream.log;

import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.image.CoreRecordCodec;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** Core records that one caller appends as one unit, and waits for. */
final class AppendUnit {

    private final List<byte[]> encoded;
    private final int sizeInBytes;
    private final boolean patient;
    private final long sinceNanos;
    private final CountDownLatch settled = new CountDownLatch(1);
    private volatile @Nullable List<ApplyResult> results;
    private volatile @Nullable LogAppendException failure;

    /**
     * @throws IllegalArgumentException when a record is not well-formed
     */
    AppendUnit(List<CoreRecord> records, long nowNanos) {
        encoded = records.stream().map(CoreRecordCodec::encode).toList();
        sizeInBytes = encoded.stream().mapToInt(bytes -> bytes.length + 5).sum();
        patient = records.stream().allMatch(AppendUnit::isOfObjects);
        sinceNanos = nowNanos;
    }

    private static boolean isOfObjects(CoreRecord record) {
        return record instanceof CoreRecord.CommitObjects
                || record instanceof CoreRecord.CompactObjects
                || record instanceof CoreRecord.RewriteExtents
                || record instanceof CoreRecord.ArchiveExtents;
    }

    List<byte[]> encoded() {
        return encoded;
    }

    int sizeInBytes() {
        return sizeInBytes;
    }

    /**
     * Returns whether the unit may be held back for others to join, as only commits of objects may.
     */
    boolean patient() {
        return patient;
    }

    long sinceNanos() {
        return sinceNanos;
    }

    void complete(List<ApplyResult> outcome) {
        results = outcome;
        settled.countDown();
    }

    void fail(LogAppendException cause) {
        failure = cause;
        settled.countDown();
    }

    List<ApplyResult> await() {
        try {
            settled.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogAppendException(
                    "interrupted while the append was under way",
                    io.oxbow.s3stream.S3StreamException.Retry.UNKNOWN,
                    e);
        }
        LogAppendException cause = failure;
        if (cause != null) {
            throw new LogAppendException(String.valueOf(cause.getMessage()), cause.retry(), cause);
        }
        List<ApplyResult> outcome = results;
        if (outcome == null) {
            throw new IllegalStateException("settled without an outcome");
        }
        return outcome;
    }
}
