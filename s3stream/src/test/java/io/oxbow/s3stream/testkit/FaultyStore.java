package io.oxbow.s3stream.testkit;

import io.oxbow.s3stream.S3StreamException.Retry;
import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.store.StoreException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Access of one process to a bucket, with faults on request. Thread-safe. */
public final class FaultyStore implements ObjectStore {

    private final ObjectStore bucket;
    private volatile boolean unavailable;
    private final AtomicInteger lostPuts = new AtomicInteger();
    private final AtomicInteger unansweredPuts = new AtomicInteger();
    private final List<String> reads = Collections.synchronizedList(new ArrayList<>());
    private final List<String> puts = Collections.synchronizedList(new ArrayList<>());

    public FaultyStore(ObjectStore bucket) {
        this.bucket = bucket;
    }

    public void unavailable(boolean now) {
        unavailable = now;
    }

    /** Lets the next puts have unknown outcomes, and not be applied. */
    public void losePuts(int count) {
        lostPuts.set(count);
    }

    /** Lets the next puts have unknown outcomes, and be applied. */
    public void leavePutsUnanswered(int count) {
        unansweredPuts.set(count);
    }

    /** Returns {@code key@position} of each ranged read so far. */
    public List<String> reads() {
        return List.copyOf(reads);
    }

    public void forgetReads() {
        reads.clear();
    }

    public List<String> puts() {
        return List.copyOf(puts);
    }

    @Override
    public PutResult put(String key, List<ByteBuffer> body) {
        if (unavailable || take(lostPuts)) {
            return new PutResult.Unknown(fault());
        }
        puts.add(key);
        PutResult result = bucket.put(key, body);
        return take(unansweredPuts) ? new PutResult.Unknown(fault()) : result;
    }

    @Override
    public CreateResult putIfAbsent(String key, List<ByteBuffer> body) {
        return unavailable ? new CreateResult.Unknown(fault()) : bucket.putIfAbsent(key, body);
    }

    @Override
    public GetResult get(String key) {
        return unavailable ? new GetResult.Unavailable(fault()) : bucket.get(key);
    }

    @Override
    public GetResult get(String key, long position, int size) {
        reads.add(key + "@" + position);
        return unavailable ? new GetResult.Unavailable(fault()) : bucket.get(key, position, size);
    }

    @Override
    public HeadResult head(String key) {
        return unavailable ? new HeadResult.Unavailable(fault()) : bucket.head(key);
    }

    @Override
    public ListResult list(String prefix, String startAfter, int limit) {
        return unavailable
                ? new ListResult.Unavailable(fault())
                : bucket.list(prefix, startAfter, limit);
    }

    @Override
    public DeleteResult delete(Collection<String> keys) {
        return unavailable ? new DeleteResult.Unknown(fault()) : bucket.delete(keys);
    }

    @Override
    public URI location() {
        return bucket.location();
    }

    @Override
    public void close() {}

    private static boolean take(AtomicInteger left) {
        return left.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
    }

    private static StoreException fault() {
        return new StoreException("ordered by the test", Retry.UNKNOWN, null);
    }
}
