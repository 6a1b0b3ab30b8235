package io.oxbow.s3stream.wal;

import io.oxbow.s3stream.Commit;
import io.oxbow.s3stream.S3StreamException;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a log tells the world: each commit of its outcome, one listener of the log's failure. */
public final class LogOutcome {

    private static final Logger LOG = LoggerFactory.getLogger(LogOutcome.class);

    private @Nullable Consumer<S3StreamException> listener;
    private @Nullable S3StreamException settled;

    /** Completes each; what a listener throws harms no other. */
    public static void complete(List<Commit> commits, @Nullable S3StreamException failure) {
        for (Commit commit : commits) {
            try {
                commit.complete(failure);
            } catch (Throwable ofListener) {
                LOG.error("a listener of offset {} threw", commit.baseOffset(), ofListener);
            }
        }
    }

    /** The log has failed, and every outstanding commit has been told. Once. */
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

    /** Waits for a log's threads to end, but for the caller's own: a listener may close the log. */
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
