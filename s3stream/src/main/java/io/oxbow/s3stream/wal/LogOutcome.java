package io.oxbow.s3stream.wal;

import io.oxbow.s3stream.S3StreamException;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The failure of a log, kept for one listener. */
public final class LogOutcome {

    private @Nullable Consumer<S3StreamException> listener;
    private @Nullable S3StreamException settled;

    /** The log has failed, and every outstanding append is completed. Once. */
    public void failed(S3StreamException failure) {
        Consumer<S3StreamException> toCall;
        synchronized (this) {
            settled = failure;
            toCall = listener;
        }
        if (toCall != null) {
            toCall.accept(failure);
        }
    }

    /** Sets the listener, which is called at once if the log has failed already. */
    public void onFailure(Consumer<S3StreamException> newListener) {
        S3StreamException failure;
        synchronized (this) {
            listener = newListener;
            failure = settled;
        }
        if (failure != null) {
            newListener.accept(failure);
        }
    }

    /**
     * Waits for a log's threads to end, except for the calling one: a listener may close the log.
     */
    public static void joinAll(List<Thread> threads) {
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (thread != Thread.currentThread()) {
                try {
                    thread.join();
                    break;
                } catch (InterruptedException again) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
