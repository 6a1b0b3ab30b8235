package io.oxbow.s3stream;

import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Promise that an append becomes durable. It is completed strictly in the order of a stream's
 * appends, on a thread of the write-ahead log's; a listener must be short and must not block.
 *
 * <p>One listener is all it takes: whoever appended. Failure means <em>unknown</em>: the record may
 * be found by recovery later.
 */
public final class Commit {

    /** Listener that is called once, when the outcome of the append is known. */
    @FunctionalInterface
    public interface Listener {
        /**
         * @param failure null when the append is durable; otherwise why its outcome is unknown
         */
        void completed(@Nullable S3StreamException failure);
    }

    private final long baseOffset;
    private final long nextOffset;
    private boolean completed;
    private @Nullable S3StreamException failure;
    private @Nullable Listener listener;

    public Commit(long baseOffset, long nextOffset) {
        this.baseOffset = baseOffset;
        this.nextOffset = nextOffset;
    }

    /** Returns the offset of the first record appended. */
    public long baseOffset() {
        return baseOffset;
    }

    /** Returns the offset after the last record appended. */
    public long nextOffset() {
        return nextOffset;
    }

    /** Sets the listener, which is called at once if the outcome is known already. */
    public void onComplete(Listener newListener) {
        synchronized (this) {
            if (!completed) {
                if (listener != null) {
                    throw new IllegalStateException("a commit has one listener");
                }
                listener = newListener;
                return;
            }
        }
        newListener.completed(failure);
    }

    /** Blocks until the append is durable; throws when its outcome is unknown. */
    public void await() throws InterruptedException {
        var done = new CountDownLatch(1);
        onComplete(ignored -> done.countDown());
        done.await();
        S3StreamException cause = failure;
        if (cause != null) {
            throw new S3StreamException(
                    "append of offsets [%d, %d) has an unknown outcome"
                            .formatted(baseOffset, nextOffset),
                    S3StreamException.Retry.UNKNOWN,
                    cause);
        }
    }

    /** Settles the outcome; for the stream alone. */
    public void complete(@Nullable S3StreamException outcome) {
        Listener toCall;
        synchronized (this) {
            if (completed) {
                throw new IllegalStateException("a commit completes once");
            }
            completed = true;
            failure = outcome;
            toCall = listener;
            listener = null;
        }
        if (toCall != null) {
            toCall.completed(outcome);
        }
    }
}
