package io.oxbow.s3stream.testkit;

import io.oxbow.s3stream.S3StreamException.Retry;
import io.oxbow.s3stream.env.Clock;
import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.store.StoreException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Store whose puts take time, and that refuses puts beyond a rate. Thread-safe. */
public final class SlowStore extends ForwardingStore {

    private final Clock clock;
    private final Duration perPut;
    private final Duration betweenPuts;
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger mostAtOnce = new AtomicInteger();
    private final AtomicInteger underWay = new AtomicInteger();
    private long nextNanos;

    /**
     * @param perPut how long a put takes
     * @param betweenPuts one that comes sooner after the one before is answered with 503
     */
    public SlowStore(ObjectStore target, Clock clock, Duration perPut, Duration betweenPuts) {
        super(target);
        this.clock = clock;
        this.perPut = perPut;
        this.betweenPuts = betweenPuts;
        this.nextNanos = clock.nanoTime();
    }

    public int refused() {
        return refused.get();
    }

    public int mostAtOnce() {
        return mostAtOnce.get();
    }

    @Override
    public PutResult put(String key, List<ByteBuffer> body) {
        if (!take()) {
            refused.incrementAndGet();
            return new PutResult.NotApplied(
                    new StoreException("503 SlowDown", Retry.RETRYABLE, null));
        }
        mostAtOnce.accumulateAndGet(underWay.incrementAndGet(), Math::max);
        try {
            clock.sleep(perPut);
            return super.put(key, body);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        } finally {
            underWay.decrementAndGet();
        }
    }

    private synchronized boolean take() {
        long now = clock.nanoTime();
        if (now < nextNanos) {
            return false;
        }
        nextNanos = now + betweenPuts.toNanos();
        return true;
    }
}
