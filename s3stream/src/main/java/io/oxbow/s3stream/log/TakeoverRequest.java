package io.oxbow.s3stream.log;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.S3StreamException.Retry;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** Request that this process should become leader; its caller waits for the outcome. */
final class TakeoverRequest {

    /** Holds requests to take the log over until the log's own thread serves them. Thread-safe. */
    static final class Queue {

        private final Deque<TakeoverRequest> requests = new ArrayDeque<>();
        private boolean ended;

        /** Adds a request, which fails at once after {@link #end}. */
        synchronized void add(TakeoverRequest request) {
            if (ended) {
                request.fail(new StoppedException());
            } else {
                requests.addLast(request);
            }
        }

        /** Puts a request back that was taken, and could not be served yet. */
        synchronized void putBack(TakeoverRequest request) {
            requests.addFirst(request);
        }

        synchronized @Nullable TakeoverRequest poll() {
            return requests.pollFirst();
        }

        /** Fails all requests, and those to come. */
        synchronized void end() {
            ended = true;
            requests.forEach(request -> request.fail(new StoppedException()));
            requests.clear();
        }
    }

    private final MetadataLog.LeaderCheck check;
    private final CountDownLatch settled = new CountDownLatch(1);
    private volatile MetadataLog.@Nullable Leadership outcome;
    private volatile @Nullable Throwable failure;

    TakeoverRequest(MetadataLog.LeaderCheck check) {
        this.check = check;
    }

    MetadataLog.LeaderCheck check() {
        return check;
    }

    void complete(MetadataLog.Leadership leadership) {
        outcome = leadership;
        settled.countDown();
    }

    void fail(Throwable cause) {
        failure = cause;
        settled.countDown();
    }

    MetadataLog.Leadership await() {
        try {
            settled.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogAppendException("interrupted during takeover", Retry.UNKNOWN, e);
        }
        Throwable cause = failure;
        if (cause instanceof LeaderAliveException alive) {
            throw new LeaderAliveException(String.valueOf(alive.getMessage()));
        }
        MetadataLog.Leadership leadership = outcome;
        if (leadership == null) {
            Retry retry = cause instanceof S3StreamException known ? known.retry() : Retry.FATAL;
            throw new LogAppendException("takeover failed", retry, cause);
        }
        return leadership;
    }
}
