package io.oxbow.s3stream.commit;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.env.Component;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether the store can still ack appends. It fails once, for good; from that moment on
 * nothing is acked any more. Thread-safe.
 */
public final class Health {

    private final Component component;
    private volatile @Nullable S3StreamException failure;
    private final List<Consumer<S3StreamException>> listeners = new ArrayList<>();

    /**
     * @param component fails with the store
     */
    public Health(Component component) {
        this.component = component;
        component.running();
    }

    public @Nullable S3StreamException failure() {
        return failure;
    }

    public boolean failed() {
        return failure != null;
    }

    /** Throws if the store has failed. */
    public void check() {
        S3StreamException cause = failure;
        if (cause != null) {
            throw new S3StreamException(
                    "the stream store takes nothing any more: " + cause.getMessage(),
                    S3StreamException.Retry.FATAL,
                    cause);
        }
    }

    /** Fails the store, and its component, which ends the process. */
    public void fail(S3StreamException cause) {
        if (settle(cause)) {
            component.ended(cause);
        }
    }

    /** Fails the store as its owner asks, who ends it: nothing waits for the bucket any more. */
    public void abandon(S3StreamException cause) {
        component.stopped();
        settle(cause);
    }

    /** Marks the component as ended on request. */
    public void stopped() {
        component.stopped();
    }

    /** Returns false if the store has failed before. */
    private boolean settle(S3StreamException cause) {
        List<Consumer<S3StreamException>> toCall;
        synchronized (this) {
            if (failure != null) {
                return false;
            }
            failure = cause;
            toCall = List.copyOf(listeners);
        }
        toCall.forEach(listener -> tell(listener, cause));
        return true;
    }

    /** The listeners wake what waits: one that throws must not keep the others from it. */
    private void tell(Consumer<S3StreamException> listener, S3StreamException cause) {
        try {
            listener.accept(cause);
        } catch (Throwable e) {
            component.unexpected("a listener of the store's failure", e);
        }
    }

    /**
     * Fails the store by an unexpected exception, so that nothing waits for the thread that ended
     * by it.
     */
    public void failUnexpectedly(String what, Throwable cause) {
        fail(
                new S3StreamException(
                        "%s failed: %s".formatted(what, cause),
                        S3StreamException.Retry.FATAL,
                        cause));
    }

    /** Counts an exception that ended one task; the store goes on. */
    public void unexpected(String task, Throwable cause) {
        component.unexpected(task, cause);
    }

    /** Adds a listener for the failure, called at once if the store has failed already. */
    public void onFailure(Consumer<S3StreamException> listener) {
        S3StreamException already;
        synchronized (this) {
            already = failure;
            if (already == null) {
                listeners.add(listener);
            }
        }
        if (already != null) {
            listener.accept(already);
        }
    }
}
