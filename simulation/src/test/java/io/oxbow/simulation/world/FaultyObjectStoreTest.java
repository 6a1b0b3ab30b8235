package io.oxbow.simulation.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.store.ObjectStore.CreateResult;
import io.oxbow.s3stream.store.ObjectStore.GetResult;
import io.oxbow.s3stream.testkit.InMemoryObjectStore;
import io.oxbow.simulation.kernel.Chance;
import io.oxbow.simulation.kernel.Simulation;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Tests the outcomes of requests to a store with faults. */
class FaultyObjectStoreTest {

    private static final List<String> KEYS = List.of("a", "a/b", "a-b", "b/1", "b/2", "b/20", "c");

    private static void run(long seed, Simulation.Body body) {
        assertThat(Simulation.run(seed, 1_000_000, body).failure()).isNull();
    }

    private static FaultyObjectStore store(
            Simulation simulation, SimulatedBucket bucket, StoreFaults faults) {
        return new FaultyObjectStore(simulation, bucket, simulation.process("client"), faults);
    }

    private static List<ByteBuffer> body(String text) {
        return List.of(ByteBuffer.wrap(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
    }

    private static Object call(ObjectStore store, Chance chance) {
        String key = chance.oneOf(KEYS);
        return switch (chance.nextInt(7)) {
            case 0 -> store.put(key, List.of(ByteBuffer.wrap(chance.bytes(20))));
            case 1 -> store.putIfAbsent(key, List.of(ByteBuffer.wrap(chance.bytes(20))));
            case 2 -> store.get(key);
            case 3 -> store.get(key, chance.nextInt(25), chance.nextInt(25));
            case 4 -> store.head(key);
            case 5 ->
                    store.list(
                            chance.oneOf(List.of("", "a", "b/", "x")), key, chance.between(1, 9));
            default -> store.delete(List.of(key));
        };
    }

    @Test
    void withoutFaultsItAnswersLikeAnyOtherStore() {
        run(
                1,
                simulation -> {
                    var faulty =
                            store(simulation, new SimulatedBucket(simulation), StoreFaults.none());
                    var plain = new InMemoryObjectStore();
                    for (long seed = 0; seed < 2000; seed++) {
                        assertThat(call(faulty, new Chance(seed)))
                                .isEqualTo(call(plain, new Chance(seed)));
                    }
                });
    }

    /** Tests that of creates without an answer some are applied at once, some later, some never. */
    @Test
    void unknownCreatesGoEveryWay() {
        Set<String> seen = new TreeSet<>();
        run(
                2,
                simulation -> {
                    var faults =
                            new StoreFaults(
                                    10, 10, 20, 30, Duration.ofMillis(10), Duration.ofMinutes(1));
                    var bucket = new SimulatedBucket(simulation);
                    var faulty = store(simulation, bucket, faults);
                    List<String> absent = new ArrayList<>();
                    for (int i = 0; i < 300; i++) {
                        String key = "k" + i;
                        CreateResult result = faulty.putIfAbsent(key, body("x"));
                        if (result instanceof CreateResult.Unknown) {
                            seen.add(bucket.has(key) ? "applied" : "absent");
                            absent.add(key);
                        } else {
                            assertThat(result).isEqualTo(new CreateResult.Created());
                            assertThat(bucket.has(key)).isTrue();
                        }
                    }
                    absent.removeIf(bucket::has);
                    simulation.sleep(Duration.ofMinutes(5));
                    absent.forEach(key -> seen.add(bucket.has(key) ? "late" : "never"));
                });
        assertThat(seen).containsExactly("absent", "applied", "late", "never");
    }

    @Test
    void aRequestOfADeadProcessMayStillLand() {
        run(
                3,
                simulation -> {
                    var bucket = new SimulatedBucket(simulation);
                    var faults =
                            new StoreFaults(
                                    0, 0, 0, 0, Duration.ofMinutes(10), Duration.ofMinutes(1));
                    var dying = simulation.process("dying");
                    var faulty = new FaultyObjectStore(simulation, bucket, dying, faults);
                    List<String> answered = new ArrayList<>();
                    for (int i = 0; i < 50; i++) {
                        String key = "k" + i;
                        dying.spawn(() -> {
                            faulty.put(key, body("x"));
                            answered.add(key);
                        });
                    }
                    simulation.sleep(Duration.ofSeconds(30));
                    dying.crash();
                    int before = bucket.keys("").size();
                    int told = answered.size();
                    simulation.sleep(Duration.ofHours(1));
                    assertThat(before).isLessThan(50);
                    assertThat(bucket.keys("")).hasSize(50);
                    assertThat(answered).hasSize(told);
                });
    }

    @Test
    void readsAreUnavailableNotWrong() {
        run(
                4,
                simulation -> {
                    var faults =
                            new StoreFaults(
                                    20, 10, 10, 10, Duration.ofMillis(10), Duration.ofMinutes(1));
                    var bucket = new SimulatedBucket(simulation);
                    bucket.put("k", new byte[] {1});
                    var faulty = store(simulation, bucket, faults);
                    Set<Class<?>> seen = new java.util.HashSet<>();
                    for (int i = 0; i < 100; i++) {
                        seen.add(faulty.get("k").getClass());
                    }
                    assertThat(seen)
                            .containsExactlyInAnyOrder(
                                    GetResult.Found.class, GetResult.Unavailable.class);
                });
    }
}
