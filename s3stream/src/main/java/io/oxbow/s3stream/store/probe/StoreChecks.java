package io.oxbow.s3stream.store.probe;

import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.store.ObjectStore.DeleteResult;
import io.oxbow.s3stream.store.ObjectStore.GetResult;
import io.oxbow.s3stream.store.ObjectStore.HeadResult;
import io.oxbow.s3stream.store.ObjectStore.ListResult;
import io.oxbow.s3stream.store.ObjectStore.PutResult;
import io.oxbow.s3stream.store.StoreException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Checks the operations that a start does not wait for: ranges, replacing, large bodies, long
 * listings, deletes. Leaves nothing behind when it succeeds. Blocks; for one thread.
 */
final class StoreChecks {

    /** Size in bytes of more than two parts, by the default size of parts. */
    private static final int LARGE = (33 << 20) + 12_345;

    /** Number of objects that needs more than a page. */
    private static final int MANY = 1100;

    private final ObjectStore store;
    private final RandomGenerator random;

    /**
     * @param store empty, and nobody else's
     */
    StoreChecks(ObjectStore store, RandomGenerator random) {
        this.store = store;
        this.random = random;
    }

    void run() throws UnfitException {
        checkBody("small", 10_000);
        checkBody("large", LARGE);
        checkReplacing();
        checkListing();
        checkDeleting();
    }

    private void checkBody(String key, int size) throws UnfitException {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        put(key, ByteBuffer.wrap(bytes));
        String what = "a body of " + size + " bytes";
        require(found(store.get(key)).equals(ByteBuffer.wrap(bytes)), "altered " + what);
        int half = size / 2;
        require(
                found(store.get(key, half, 100)).equals(ByteBuffer.wrap(bytes, half, 100)),
                "gave back other bytes for a range of " + what);
        require(
                found(store.get(key, size - 10, 100)).equals(ByteBuffer.wrap(bytes, size - 10, 10)),
                "does not cut a range at the end of " + what);
        require(
                found(store.get(key, size, 100)).remaining() == 0,
                "gave back bytes from beyond the end of " + what);
        long head =
                switch (store.head(key)) {
                    case HeadResult.Found(long found) -> found;
                    case HeadResult.NotFound() -> -1;
                    case HeadResult.Unavailable(StoreException cause) -> throw cause;
                };
        require(head == size, "says that %s has %d".formatted(what, head));
    }

    private void checkReplacing() throws UnfitException {
        ByteBuffer second = ByteBuffer.wrap(new byte[] {2});
        put("small", second);
        require(found(store.get("small")).equals(second), "shows an old body after a put");
    }

    private void checkListing() throws UnfitException {
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            keys.add("many/%04d".formatted(i));
            put(keys.getLast(), ByteBuffer.allocate(1));
        }
        require(
                list("many/", "", MANY * 2).equals(keys),
                "does not list all of %d objects, in order".formatted(MANY));
        require(
                list("many/", "many/0499", 3).equals(keys.subList(500, 503)),
                "does not begin a listing where it is asked to");
    }

    private void checkDeleting() throws UnfitException {
        List<String> keys = list("", "", MANY * 2);
        switch (store.delete(keys)) {
            case DeleteResult.Done() -> {}
            case DeleteResult.Unknown(StoreException cause) -> throw cause;
        }
        require(list("", "", 10).isEmpty(), "lists what was deleted");
        require(
                store.get("small") instanceof GetResult.NotFound,
                "gives back an object that was deleted");
    }

    private List<String> list(String prefix, String after, int limit) {
        return switch (store.list(prefix, after, limit)) {
            case ListResult.Listed(var objects) ->
                    objects.stream().map(ObjectStore.ObjectSummary::key).toList();
            case ListResult.Unavailable(StoreException cause) -> throw cause;
        };
    }

    private void put(String key, ByteBuffer body) {
        switch (store.put(key, List.of(body))) {
            case PutResult.Done() -> {}
            case PutResult.NotApplied(StoreException cause) -> throw cause;
            case PutResult.Unknown(StoreException cause) -> throw cause;
        }
    }

    private static ByteBuffer found(GetResult result) throws UnfitException {
        return switch (result) {
            case GetResult.Found(ByteBuffer body) -> body;
            case GetResult.NotFound() ->
                    throw new UnfitException("says \"not found\" for a key that was just put");
            case GetResult.Unavailable(StoreException cause) -> throw cause;
        };
    }

    private static void require(boolean holds, String otherwise) throws UnfitException {
        if (!holds) {
            throw new UnfitException(otherwise);
        }
    }
}
