package io.oxbow.tableflow.tend;

import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.testkit.ForwardingStore;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** Passes requests on and counts them, and the bytes that go over the wire. Thread-safe. */
final class CountedStore extends ForwardingStore {

    private final LongAdder requests = new LongAdder();
    private final LongAdder bytes = new LongAdder();

    CountedStore(ObjectStore target) {
        super(target);
    }

    long requests() {
        return requests.sum();
    }

    long bytes() {
        return bytes.sum();
    }

    private void count(List<ByteBuffer> body) {
        requests.increment();
        body.forEach(buffer -> bytes.add(buffer.remaining()));
    }

    private GetResult counted(GetResult result) {
        requests.increment();
        if (result instanceof GetResult.Found found) {
            bytes.add(found.body().remaining());
        }
        return result;
    }

    @Override
    public PutResult put(String key, List<ByteBuffer> body) {
        count(body);
        return super.put(key, body);
    }

    @Override
    public CreateResult putIfAbsent(String key, List<ByteBuffer> body) {
        count(body);
        return super.putIfAbsent(key, body);
    }

    @Override
    public GetResult get(String key) {
        return counted(super.get(key));
    }

    @Override
    public GetResult get(String key, long position, int size) {
        return counted(super.get(key, position, size));
    }

    @Override
    public HeadResult head(String key) {
        requests.increment();
        return super.head(key);
    }

    @Override
    public ListResult list(String prefix, String startAfter, int limit) {
        requests.increment();
        return super.list(prefix, startAfter, limit);
    }

    @Override
    public DeleteResult delete(Collection<String> keys) {
        requests.increment();
        return super.delete(keys);
    }
}
