package io.oxbow.s3stream.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.store.ObjectStore.CreateResult;
import io.oxbow.s3stream.store.ObjectStore.DeleteResult;
import io.oxbow.s3stream.store.ObjectStore.GetResult;
import io.oxbow.s3stream.store.ObjectStore.HeadResult;
import io.oxbow.s3stream.store.ObjectStore.ListResult;
import io.oxbow.s3stream.store.ObjectStore.ObjectSummary;
import io.oxbow.s3stream.store.ObjectStore.PutResult;
import io.oxbow.s3stream.store.probe.StoreProbe;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Contract of every object store. */
public abstract class ObjectStoreContract {

    private ObjectStore store;

    /** Opens an empty store, which the contract closes. */
    protected abstract ObjectStore open() throws Exception;

    /** Returns a size above which a body is uploaded in parts, if the store has such a size. */
    protected int largeBodySize() {
        return 3 << 20;
    }

    @BeforeEach
    final void openStore() throws Exception {
        store = open();
    }

    @AfterEach
    final void closeStore() {
        store.close();
    }

    protected static List<ByteBuffer> body(String text) {
        return List.of(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    protected static GetResult found(String text) {
        return new GetResult.Found(body(text).getFirst());
    }

    @Test
    void whatIsPutCanBeRead() {
        assertThat(store.put("a/b", body("hello"))).isEqualTo(new PutResult.Done());
        assertThat(store.get("a/b")).isEqualTo(found("hello"));
        assertThat(store.head("a/b")).isEqualTo(new HeadResult.Found(5));
    }

    @Test
    void putReplaces() {
        store.put("k", body("first, longer"));
        store.put("k", body("second"));
        assertThat(store.get("k")).isEqualTo(found("second"));
    }

    @Test
    void anEmptyObjectIsAnObject() {
        assertThat(store.put("empty", List.of())).isEqualTo(new PutResult.Done());
        assertThat(store.get("empty")).isEqualTo(found(""));
        assertThat(store.head("empty")).isEqualTo(new HeadResult.Found(0));
    }

    @Test
    void anAbsentKeyIsNotFound() {
        assertThat(store.get("no/such")).isEqualTo(new GetResult.NotFound());
        assertThat(store.get("no/such", 3, 5)).isEqualTo(new GetResult.NotFound());
        assertThat(store.get("no/such", 0, 0)).isEqualTo(new GetResult.NotFound());
        assertThat(store.head("no/such")).isEqualTo(new HeadResult.NotFound());
    }

    @Test
    void bodyOfSeveralBuffersIsJoinedAndTheBuffersStayAsTheyWere() {
        ByteBuffer heap = ByteBuffer.wrap("xxhello, xx".getBytes(StandardCharsets.UTF_8));
        heap.position(2).limit(9);
        ByteBuffer direct = ByteBuffer.allocateDirect(16);
        direct.put("world".getBytes(StandardCharsets.UTF_8)).flip();
        List<ByteBuffer> buffers =
                List.of(heap, ByteBuffer.allocate(0), direct.asReadOnlyBuffer(), direct);
        store.put("joined", buffers);
        store.putIfAbsent("created", buffers);
        assertThat(store.get("joined")).isEqualTo(found("hello, worldworld"));
        assertThat(store.get("created")).isEqualTo(found("hello, worldworld"));
        assertThat(buffers).extracting(ByteBuffer::remaining).containsExactly(7, 0, 5, 5);
        assertThat(heap.position()).isEqualTo(2);
    }

    @Test
    void rangesAreCutAtTheEnd() {
        store.put("r", body("0123456789"));
        assertThat(store.get("r", 0, 3)).isEqualTo(found("012"));
        assertThat(store.get("r", 7, 3)).isEqualTo(found("789"));
        assertThat(store.get("r", 7, 100)).isEqualTo(found("789"));
        assertThat(store.get("r", 10, 5)).isEqualTo(found(""));
        assertThat(store.get("r", 5_000_000_000L, 5)).isEqualTo(found(""));
        assertThat(store.get("r", 4, 0)).isEqualTo(found(""));
    }

    @Test
    void createOfANewKeyIsCreatedAndOfAnExistingKeyExists() {
        assertThat(store.putIfAbsent("c/1", body("mine"))).isEqualTo(new CreateResult.Created());
        assertThat(store.putIfAbsent("c/1", body("yours"))).isEqualTo(new CreateResult.Exists());
        assertThat(store.get("c/1")).isEqualTo(found("mine"));
    }

    @Test
    void aDeletedKeyCanBeCreatedAgain() {
        store.putIfAbsent("d", body("one"));
        store.delete(List.of("d"));
        assertThat(store.putIfAbsent("d", body("two"))).isEqualTo(new CreateResult.Created());
        assertThat(store.get("d")).isEqualTo(found("two"));
    }

    @Test
    void ofManyConcurrentCreatesOneWins() throws Exception {
        for (int round = 0; round < 5; round++) {
            String key = "race/" + round;
            List<CreateResult> results = race(16, i -> store.putIfAbsent(key, body("by " + i)));
            assertThat(results).containsOnlyOnce(new CreateResult.Created());
            int winner = results.indexOf(new CreateResult.Created());
            assertThat(store.get(key)).isEqualTo(found("by " + winner));
        }
    }

    @Test
    void readersOfAKeyThatIsReplacedSeeOneBodyOrTheOther() throws Exception {
        String a = "a".repeat(100_000);
        String b = "b".repeat(50_000);
        store.put("replaced", body(a));
        List<GetResult> seen =
                race(
                        8,
                        i -> {
                            if (i % 2 == 0) {
                                store.put("replaced", body(i % 4 == 0 ? a : b));
                            }
                            return store.get("replaced");
                        });
        assertThat(seen).isSubsetOf(found(a), found(b));
    }

    @Test
    void listingIsInOrderOfBytesAndShowsSizes() {
        for (String key : List.of("l/b", "l/a/x", "l/a", "l/a-b", "l/B", "l/a.c", "l/ä", "other")) {
            if (!key.equals("l/a")) { // a local directory cannot hold both l/a and l/a/x
                store.put(key, body(key));
            }
        }
        assertThat(list("l/", "", 100))
                .containsExactly("l/B", "l/a-b", "l/a.c", "l/a/x", "l/b", "l/ä");
        assertThat(store.list("other", "", 1))
                .isEqualTo(new ListResult.Listed(List.of(new ObjectSummary("other", 5))));
    }

    @Test
    void listingStartsAfterAKeyAndStopsAtTheLimit() {
        for (int i = 0; i < 25; i++) {
            store.put("page/%02d".formatted(i), body("x"));
        }
        assertThat(list("page/", "", 3)).containsExactly("page/00", "page/01", "page/02");
        assertThat(list("page/", "page/02", 2)).containsExactly("page/03", "page/04");
        assertThat(list("page/", "page/023", 1)).containsExactly("page/03");
        assertThat(list("page/", "page/24", 5)).isEmpty();
        assertThat(list("page/", "aaa", 1)).containsExactly("page/00");
        assertThat(list("page/", "zzz", 1)).isEmpty();
        assertThat(list("page/1", "page/17", 100)).containsExactly("page/18", "page/19");
    }

    @Test
    void listingOfAPrefixThatNothingHasIsEmpty() {
        store.put("some/thing", body("x"));
        assertThat(list("some/thin/", "", 10)).isEmpty();
        assertThat(list("some/thing/", "", 10)).isEmpty();
        assertThat(list("nowhere/", "", 10)).isEmpty();
        assertThat(list("", "", 10)).containsExactly("some/thing");
    }

    @Test
    void listingShowsAtOnceWhatWasCreatedAndDeleted() {
        for (int i = 0; i < 20; i++) {
            String key = "log/%020d".formatted(i);
            store.putIfAbsent(key, body("slot"));
            assertThat(list("log/", "log/%020d".formatted(i - 1), 10)).containsExactly(key);
        }
        store.delete(List.of("log/%020d".formatted(7), "log/%020d".formatted(8)));
        assertThat(list("log/", "log/%020d".formatted(6), 1))
                .containsExactly("log/%020d".formatted(9));
    }

    @Test
    void listingGoesThroughManyDirectoriesInOrder() {
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            keys.add("deep/%02x/%d/object".formatted(i * 7 % 256, i % 3));
        }
        keys.forEach(key -> store.put(key, body("x")));
        List<String> listed = new ArrayList<>();
        for (String after = ""; ; after = listed.getLast()) {
            List<String> page = list("deep/", after, 7);
            if (page.isEmpty()) {
                break;
            }
            listed.addAll(page);
        }
        assertThat(listed).isEqualTo(keys.stream().sorted().toList());
    }

    @Test
    void deleteTakesAwayWhatIsThereAndMindsNothingElse() {
        store.put("x/1", body("1"));
        store.put("x/2", body("2"));
        assertThat(store.delete(List.of("x/1", "x/none", "nowhere/at/all")))
                .isEqualTo(new DeleteResult.Done());
        assertThat(store.get("x/1")).isEqualTo(new GetResult.NotFound());
        assertThat(store.get("x/2")).isEqualTo(found("2"));
        assertThat(store.delete(List.of())).isEqualTo(new DeleteResult.Done());
    }

    @Test
    void aLargeBodyArrivesWhole() {
        byte[] bytes = new byte[largeBodySize()];
        new Random(42).nextBytes(bytes);
        int third = bytes.length / 3;
        List<ByteBuffer> body =
                List.of(
                        ByteBuffer.wrap(bytes, 0, third),
                        ByteBuffer.allocateDirect(third).put(bytes, third, third).flip(),
                        ByteBuffer.wrap(bytes, 2 * third, bytes.length - 2 * third));
        assertThat(store.put("large", body)).isEqualTo(new PutResult.Done());
        assertThat(store.head("large")).isEqualTo(new HeadResult.Found(bytes.length));
        assertThat(store.get("large").equals(new GetResult.Found(ByteBuffer.wrap(bytes)))).isTrue();
        byte[] middle = Arrays.copyOfRange(bytes, third - 10, third + 10);
        assertThat(store.get("large", third - 10, 20))
                .isEqualTo(new GetResult.Found(ByteBuffer.wrap(middle)));
    }

    @Test
    void aViewShowsWhatLiesBelowItsPrefix() {
        ObjectStore view = store.under("line/1");
        view.put("k", body("inside"));
        store.put("line/10/k", body("outside"));
        assertThat(store.get("line/1/k")).isEqualTo(found("inside"));
        assertThat(view.get("k")).isEqualTo(found("inside"));
        assertThat(view.head("k")).isEqualTo(new HeadResult.Found(6));
        assertThat(view.putIfAbsent("k", body("again"))).isEqualTo(new CreateResult.Exists());
        view.put("l", body("second"));
        assertThat(view.list("", "k", 10))
                .isEqualTo(new ListResult.Listed(List.of(new ObjectSummary("l", 6))));
        assertThat(view.location()).hasToString(store.location() + "/line/1");
        view.delete(List.of("k"));
        assertThat(store.get("line/1/k")).isEqualTo(new GetResult.NotFound());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/a", "a//b", "a/", "..", "a/../b", "./a", "a\\b", "a\nb"})
    void keysThatCouldLeadAstrayAreRefused(String key) {
        assertThatThrownBy(() -> store.put(key, body("x")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.putIfAbsent(key, body("x")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.get(key)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.delete(List.of(key)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theProbeFindsItFitAndLeavesNothingBehind() {
        assertThat(StoreProbe.probe(store, Environment.system()))
                .isEqualTo(new StoreProbe.Result.Fit());
        assertThat(list("", "", 10)).isEmpty();
    }

    private List<String> list(String prefix, String startAfter, int limit) {
        return switch (store.list(prefix, startAfter, limit)) {
            case ListResult.Listed(List<ObjectSummary> objects) ->
                    objects.stream().map(ObjectSummary::key).toList();
            case ListResult.Unavailable(StoreException cause) -> throw cause;
        };
    }

    private interface Racer<T> {
        T run(int index);
    }

    private static <T> List<T> race(int racers, Racer<T> racer) throws Exception {
        var start = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<T>> futures = new ArrayList<>();
            for (int i = 0; i < racers; i++) {
                int index = i;
                Callable<T> run =
                        () -> {
                            start.await();
                            return racer.run(index);
                        };
                futures.add(threads.submit(run));
            }
            start.countDown();
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(future.get());
            }
            return results;
        }
    }
}
