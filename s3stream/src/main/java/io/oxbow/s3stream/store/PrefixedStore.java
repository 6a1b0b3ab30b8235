package io.oxbow.s3stream.store;

import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.List;

/** Object store of the keys below a prefix of another store. */
final class PrefixedStore implements ObjectStore {

    private final ObjectStore whole;
    private final String prefix;
    private final boolean closesWhole;

    private PrefixedStore(ObjectStore whole, String prefix, boolean closesWhole) {
        this.whole = whole;
        this.prefix = Keys.checked(prefix) + "/";
        this.closesWhole = closesWhole;
    }

    /** Makes a view; closing it leaves {@code whole} open. */
    static PrefixedStore view(ObjectStore whole, String prefix) {
        return new PrefixedStore(whole, prefix, false);
    }

    /** Makes a store that closes {@code whole} when closed. */
    static PrefixedStore owning(ObjectStore whole, String prefix) {
        return new PrefixedStore(whole, prefix, true);
    }

    @Override
    public PutResult put(String key, List<ByteBuffer> body) {
        return whole.put(inWhole(key), body);
    }

    @Override
    public CreateResult putIfAbsent(String key, List<ByteBuffer> body) {
        return whole.putIfAbsent(inWhole(key), body);
    }

    @Override
    public GetResult get(String key) {
        return whole.get(inWhole(key));
    }

    @Override
    public GetResult get(String key, long position, int size) {
        return whole.get(inWhole(key), position, size);
    }

    @Override
    public GetResult get(String key, long position, ByteBuffer target) {
        return whole.get(inWhole(key), position, target);
    }

    @Override
    public HeadResult head(String key) {
        return whole.head(inWhole(key));
    }

    @Override
    public ListResult list(String keyPrefix, String startAfter, int limit) {
        String after = startAfter.isEmpty() ? "" : prefix + startAfter;
        return switch (whole.list(prefix + keyPrefix, after, limit)) {
            case ListResult.Listed listed ->
                    new ListResult.Listed(listed.objects().stream().map(this::relative).toList());
            case ListResult.Unavailable unavailable -> unavailable;
        };
    }

    @Override
    public DeleteResult delete(Collection<String> keys) {
        return whole.delete(keys.stream().map(this::inWhole).toList());
    }

    @Override
    public DeleteResult abandonUploads(String keyPrefix, Duration age) {
        return whole.abandonUploads(prefix + keyPrefix, age);
    }

    @Override
    public URI location() {
        return Keys.below(whole.location(), prefix.substring(0, prefix.length() - 1));
    }

    @Override
    public void close() {
        if (closesWhole) {
            whole.close();
        }
    }

    private String inWhole(String key) {
        return prefix + Keys.checked(key);
    }

    private ObjectSummary relative(ObjectSummary object) {
        return new ObjectSummary(object.key().substring(prefix.length()), object.size());
    }
}
