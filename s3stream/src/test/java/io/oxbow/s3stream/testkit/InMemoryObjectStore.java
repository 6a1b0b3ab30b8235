package io.oxbow.s3stream.testkit;

import io.oxbow.s3stream.store.Keys;
import io.oxbow.s3stream.store.ObjectStore;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;

/** Object store in memory that never fails. Thread-safe. */
public final class InMemoryObjectStore implements ObjectStore {

    private final ConcurrentSkipListMap<String, byte[]> objects =
            new ConcurrentSkipListMap<>(Keys.ORDER);

    @Override
    public PutResult put(String key, List<ByteBuffer> body) {
        objects.put(Keys.checked(key), join(body));
        return new PutResult.Done();
    }

    @Override
    public CreateResult putIfAbsent(String key, List<ByteBuffer> body) {
        return objects.putIfAbsent(Keys.checked(key), join(body)) == null
                ? new CreateResult.Created()
                : new CreateResult.Exists();
    }

    @Override
    public GetResult get(String key) {
        return get(key, 0, Integer.MAX_VALUE);
    }

    @Override
    public GetResult get(String key, long position, int size) {
        if (position < 0 || size < 0) {
            throw new IllegalArgumentException(
                    "range of %d bytes from %d".formatted(size, position));
        }
        byte[] bytes = objects.get(Keys.checked(key));
        if (bytes == null) {
            return new GetResult.NotFound();
        }
        int from = (int) Math.min(position, bytes.length);
        int count = Math.min(size, bytes.length - from);
        return new GetResult.Found(ByteBuffer.allocate(count).put(0, bytes, from, count));
    }

    @Override
    public HeadResult head(String key) {
        byte[] bytes = objects.get(Keys.checked(key));
        return bytes == null ? new HeadResult.NotFound() : new HeadResult.Found(bytes.length);
    }

    @Override
    public ListResult list(String prefix, String startAfter, int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit of a listing is " + limit);
        }
        List<ObjectSummary> found = new ArrayList<>();
        boolean within = Keys.ORDER.compare(startAfter, prefix) >= 0;
        var from = within ? objects.tailMap(startAfter, false) : objects.tailMap(prefix, true);
        for (var entry : from.entrySet()) {
            if (found.size() == limit || !entry.getKey().startsWith(prefix)) {
                break;
            }
            found.add(new ObjectSummary(entry.getKey(), entry.getValue().length));
        }
        return new ListResult.Listed(List.copyOf(found));
    }

    @Override
    public DeleteResult delete(Collection<String> keys) {
        keys.forEach(key -> objects.remove(Keys.checked(key)));
        return new DeleteResult.Done();
    }

    @Override
    public URI location() {
        return URI.create("memory://bucket");
    }

    @Override
    public void close() {}

    private static byte[] join(List<ByteBuffer> body) {
        byte[] joined = new byte[body.stream().mapToInt(ByteBuffer::remaining).sum()];
        ByteBuffer into = ByteBuffer.wrap(joined);
        body.forEach(buffer -> into.put(buffer.duplicate()));
        return joined;
    }
}
