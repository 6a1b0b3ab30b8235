package io.oxbow.s3stream.testkit;

import io.oxbow.s3stream.store.ObjectStore;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;

/** Passes all calls on; tests override those that are to fail. */
public class ForwardingStore implements ObjectStore {

    private final ObjectStore target;

    public ForwardingStore(ObjectStore target) {
        this.target = target;
    }

    protected final ObjectStore target() {
        return target;
    }

    @Override
    public PutResult put(String key, List<ByteBuffer> body) {
        return target.put(key, body);
    }

    @Override
    public CreateResult putIfAbsent(String key, List<ByteBuffer> body) {
        return target.putIfAbsent(key, body);
    }

    @Override
    public GetResult get(String key) {
        return target.get(key);
    }

    @Override
    public GetResult get(String key, long position, int size) {
        return target.get(key, position, size);
    }

    @Override
    public HeadResult head(String key) {
        return target.head(key);
    }

    @Override
    public ListResult list(String prefix, String startAfter, int limit) {
        return target.list(prefix, startAfter, limit);
    }

    @Override
    public DeleteResult delete(Collection<String> keys) {
        return target.delete(keys);
    }

    @Override
    public URI location() {
        return target.location();
    }

    @Override
    public void close() {
        target.close();
    }
}
