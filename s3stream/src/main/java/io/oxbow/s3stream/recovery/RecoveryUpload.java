package io.oxbow.s3stream.recovery;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.commit.ObjectCommitter;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Object of recovered appends on its way into the bucket: a thread of its own puts it, and the
 * recovering thread waits.
 */
final class RecoveryUpload {

    private final ObjectCommitter.Keyed object;
    private final RecoveryBatch.Sealed appends;
    private final List<Long> covered;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile @Nullable RuntimeException failure;

    /**
     * @param covered per volume, what lies below is in objects once this one is committed
     */
    RecoveryUpload(ObjectCommitter.Keyed object, RecoveryBatch.Sealed appends, List<Long> covered) {
        this.object = object;
        this.appends = appends;
        this.covered = List.copyOf(covered);
    }

    ObjectCommitter.Keyed object() {
        return object;
    }

    RecoveryBatch.Sealed appends() {
        return appends;
    }

    List<Long> covered() {
        return covered;
    }

    /** Puts the object; runs on a thread of its own. */
    void put(ObjectCommitter committer) {
        try {
            committer.put(object);
        } catch (RuntimeException e) {
            failure = e;
        } catch (Throwable e) {
            failure = failed("failed: " + e, e);
        } finally {
            ended.countDown();
        }
    }

    /** Waits until the object is in the bucket; throws if the put failed. */
    void awaitPut() {
        awaitEnd();
        RuntimeException why = failure;
        if (why != null) {
            throw why;
        }
    }

    /** Waits until no request of the put is under way any more. */
    void awaitEnd() {
        try {
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed("was interrupted", e);
        }
    }

    private S3StreamException failed(String why, Throwable cause) {
        return new S3StreamException(
                "put %s %s".formatted(object.key(), why), S3StreamException.Retry.UNKNOWN, cause);
    }
}
