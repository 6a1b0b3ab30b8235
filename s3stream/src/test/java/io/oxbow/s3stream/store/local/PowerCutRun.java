package io.oxbow.s3stream.store.local;

import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.store.ObjectStore.CreateResult;
import io.oxbow.s3stream.store.ObjectStore.DeleteResult;
import io.oxbow.s3stream.store.ObjectStore.GetResult;
import io.oxbow.s3stream.store.ObjectStore.ListResult;
import io.oxbow.s3stream.store.ObjectStore.PutResult;
import io.oxbow.s3stream.store.local.LossyFileTree.PowerCut;
import io.oxbow.s3stream.store.local.SloppyFileTree.Sloppiness;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * Runs two openings of a local bucket on a file system that loses what was not synced, with
 * repeated power failures. After each failure every key must hold what it can hold by the answers
 * that were given: of an acknowledged call exactly its outcome, of a call under way all of it or
 * nothing.
 */
final class PowerCutRun {

    private static final Path DISK = Path.of("/disk");
    private static final Path BUCKET = DISK.resolve("new/bucket");
    private static final List<String> KEYS =
            List.of("log/1", "log/2", "log/3", "a/b/c/1", "a/b/2", "top");
    private static final int CUTS = 6;

    private final Random random;
    private final LossyFileTree disk;
    private final Optional<Sloppiness> sloppiness;

    /** Contents that each key can have; empty for no object. */
    private final Map<String, Set<Optional<String>>> possible = new TreeMap<>();

    /** Contents that calls without an answer yet may give each key. */
    private final Map<String, List<Optional<String>>> underWay = new TreeMap<>();

    private int written;
    private boolean interrupting;

    private PowerCutRun(long seed, Optional<Sloppiness> sloppiness) {
        this.random = new Random(seed);
        this.disk = new LossyFileTree(random.nextLong());
        this.sloppiness = sloppiness;
        for (String key : KEYS) {
            possible.put(key, Set.of(Optional.empty()));
            underWay.put(key, new ArrayList<>());
        }
    }

    /** Runs a seed; throws an AssertionError that names the broken promise. */
    static void of(long seed, Optional<Sloppiness> sloppiness) throws IOException {
        new PowerCutRun(seed, sloppiness).run();
    }

    private void run() throws IOException {
        disk.createDirectory(DISK);
        disk.syncDirectory(Path.of("/"));
        for (int cut = 0; cut < CUTS; cut++) {
            disk.cutAfter(1 + random.nextInt(320));
            try {
                live();
            } catch (PowerCut e) {
                forgetWhatWasUnderWay();
                disk.restart();
            }
        }
        verify(openStore());
    }

    private void live() throws IOException {
        ObjectStore one = openStore();
        verify(one);
        ObjectStore other = openStore();
        while (true) {
            step(random.nextBoolean() ? one : other, other);
        }
    }

    private ObjectStore openStore() {
        return LocalObjectStore.open(
                sloppiness.<FileTree>map(one -> new SloppyFileTree(disk, BUCKET, one)).orElse(disk),
                BUCKET);
    }

    private void forgetWhatWasUnderWay() {
        interrupting = false;
        disk.interruptWith((step, path) -> {});
        underWay.forEach((key, states) -> {
            Set<Optional<String>> all = new HashSet<>(possible(key));
            all.addAll(states);
            possible.put(key, all);
            states.clear();
        });
    }

    private void step(ObjectStore store, ObjectStore other) {
        String key = KEYS.get(random.nextInt(KEYS.size()));
        switch (random.nextInt(6)) {
            case 0, 1, 2 -> createAmongRivals(store, key, other);
            case 3 -> put(store, key);
            case 4 -> delete(store, key);
            default -> check(key, read(store, key));
        }
    }

    /** Creates an object while another process may create the same key between any two steps. */
    private void createAmongRivals(ObjectStore store, String key, ObjectStore other) {
        disk.interruptWith((step, path) -> {
            if (!interrupting && random.nextInt(6) == 0) {
                interrupting = true;
                create(other, key);
                interrupting = false;
            }
        });
        create(store, key);
        disk.interruptWith((step, path) -> {});
    }

    private void create(ObjectStore store, String key) {
        Optional<String> value = newValue();
        underWay(key).add(value);
        CreateResult result = store.putIfAbsent(key, body(value));
        underWay(key).remove(value);
        switch (result) {
            case CreateResult.Created() -> {
                require(
                        possible(key).contains(Optional.empty()) || possible(key).contains(value),
                        "%s was created though it existed",
                        key);
                possible.put(key, Set.of(value));
            }
            case CreateResult.Exists() -> {
                Set<Optional<String>> there = new HashSet<>(possible(key));
                if (there.remove(Optional.empty())) {
                    there.addAll(underWay(key));
                }
                require(!there.isEmpty(), "%s exists though nobody made it", key);
                possible.put(key, there);
            }
            case CreateResult.NotApplied(var cause) -> throw new IllegalStateException(cause);
            case CreateResult.Unknown(var cause) -> throw new IllegalStateException(cause);
        }
    }

    private void put(ObjectStore store, String key) {
        Optional<String> value = newValue();
        underWay(key).add(value);
        PutResult result = store.put(key, body(value));
        require(result.equals(new PutResult.Done()), "put of %s: %s", key, result);
        settle(key, value);
    }

    private void delete(ObjectStore store, String key) {
        underWay(key).add(Optional.empty());
        DeleteResult result = store.delete(List.of(key));
        require(result.equals(new DeleteResult.Done()), "delete of %s: %s", key, result);
        settle(key, Optional.empty());
    }

    private void settle(String key, Optional<String> value) {
        underWay(key).remove(value);
        possible.put(key, Set.of(value));
    }

    private void verify(ObjectStore store) throws IOException {
        List<String> held = new ArrayList<>();
        for (String key : KEYS) {
            Optional<String> value = read(store, key);
            check(key, value);
            possible.put(key, Set.of(value));
            value.ifPresent(ignored -> held.add(key));
        }
        var listed = (ListResult.Listed) store.list("", "", 100);
        List<String> names = listed.objects().stream().map(ObjectStore.ObjectSummary::key).toList();
        require(
                names.equals(held.stream().sorted().toList()),
                "%s are there, the listing says %s",
                held,
                names);
        for (FileTree.Entry entry : disk.list(BUCKET.resolve(TemporaryFiles.DIRECTORY))) {
            require(entry.name().startsWith(disk.process()), "%s was left behind", entry.name());
        }
    }

    private void check(String key, Optional<String> value) {
        require(
                possible(key).contains(value),
                "%s holds %s, which no answer allows",
                key,
                value.map(text -> text.substring(0, Math.min(20, text.length()))));
    }

    private static Optional<String> read(ObjectStore store, String key) {
        return switch (store.get(key)) {
            case GetResult.Found(ByteBuffer body) ->
                    Optional.of(StandardCharsets.ISO_8859_1.decode(body).toString());
            case GetResult.NotFound() -> Optional.empty();
            case GetResult.Unavailable(var cause) -> throw new IllegalStateException(cause);
        };
    }

    /** Returns a value that was not used before; some values span sectors. */
    private Optional<String> newValue() {
        return Optional.of("%d ".formatted(written++) + "x".repeat(random.nextInt(1500)));
    }

    private static List<ByteBuffer> body(Optional<String> value) {
        return List.of(ByteBuffer.wrap(value.orElseThrow().getBytes(StandardCharsets.ISO_8859_1)));
    }

    private Set<Optional<String>> possible(String key) {
        return possible.get(key);
    }

    private List<Optional<String>> underWay(String key) {
        return underWay.get(key);
    }

    private static void require(boolean holds, String message, Object... values) {
        if (!holds) {
            throw new AssertionError(message.formatted(values));
        }
    }
}
