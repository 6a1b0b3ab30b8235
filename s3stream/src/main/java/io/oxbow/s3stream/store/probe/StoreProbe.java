package io.oxbow.s3stream.store.probe;

import io.oxbow.s3stream.S3StreamException.Retry;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.store.Keys;
import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.store.ObjectStore.CreateResult;
import io.oxbow.s3stream.store.ObjectStore.GetResult;
import io.oxbow.s3stream.store.ObjectStore.ListResult;
import io.oxbow.s3stream.store.ObjectStore.PutResult;
import io.oxbow.s3stream.store.StoreException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Probes whether a store keeps the promises that the metadata log needs. Of many concurrent creates
 * of one key exactly one succeeds, a key that exists is not created again, and a listing shows at
 * once what was created. Several stores that speak S3 do not keep them.
 *
 * <p>It writes a few small objects below {@code meta/probe/} and deletes them again. Blocks; for
 * one thread.
 */
public final class StoreProbe {

    private static final int ROUNDS = 3;
    private static final int ROUNDS_THOROUGH = 20;
    private static final int CONTENDERS = 32;

    /**
     * Number of contenders in a local directory. A create occupies the processor of its thread, so
     * that of more contenders no more would run at a time.
     */
    private static final int CONTENDERS_LOCAL = 8;

    private static final int ATTEMPTS_MAX = 8;
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final ObjectStore store;
    private final Environment environment;
    private final String prefix;
    private final int contenderCount;
    private final List<String> written = new ArrayList<>();

    private StoreProbe(ObjectStore store, Environment environment) {
        this.store = store;
        this.environment = environment;
        this.contenderCount =
                "file".equals(store.location().getScheme()) ? CONTENDERS_LOCAL : CONTENDERS;
        this.prefix = "meta/probe/%016x/".formatted(environment.random().nextLong());
    }

    /** Result of a probe. */
    public sealed interface Result {
        /** The store keeps its promises. */
        record Fit() implements Result {}

        /** The store answers, but breaks a promise; the reason tells which. */
        record Unfit(String reason) implements Result {}

        /** The store could not be reached. */
        record Unreachable(StoreException cause) implements Result {}
    }

    /** Probes {@code store} as a start does: a few races. */
    public static Result probe(ObjectStore store, Environment environment) {
        return new StoreProbe(store, environment).run(false);
    }

    /**
     * Probes {@code store} with more races, and all other operations that are needed. That makes
     * some thousand requests and some tens of MiB, below the same prefix. For an operator who
     * chooses a store.
     */
    public static Result probeThoroughly(ObjectStore store, Environment environment) {
        return new StoreProbe(store, environment).run(true);
    }

    private Result run(boolean thoroughly) {
        try {
            checkReachable();
            for (int round = 0; round < (thoroughly ? ROUNDS_THOROUGH : ROUNDS); round++) {
                checkRace(round);
            }
            if (thoroughly) {
                new StoreChecks(store.under(prefix + "survey"), environment.random()).run();
            }
            return new Result.Fit();
        } catch (UnfitException e) {
            return new Result.Unfit("%s %s".formatted(store.location(), e.getMessage()));
        } catch (StoreException e) {
            return new Result.Unreachable(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Result.Unreachable(
                    new StoreException("interrupted while probing", Retry.RETRYABLE, e));
        } finally {
            store.delete(written);
        }
    }

    private void checkReachable() throws UnfitException {
        String key = key("reachable");
        byte[] content = content("reachable");
        switch (store.put(key, List.of(ByteBuffer.wrap(content)))) {
            case PutResult.Done() -> {}
            case PutResult.NotApplied(StoreException cause) -> throw cause;
            case PutResult.Unknown(StoreException cause) -> throw cause;
        }
        if (!ByteBuffer.wrap(content).equals(read(key))) {
            throw new UnfitException("gave back other bytes than were put");
        }
    }

    /** Lets many contenders create one key, then creates the key once more, then lists it. */
    private void checkRace(int round) throws UnfitException, InterruptedException {
        String key = key("race-" + round);
        List<Attempt> attempts = race(key);
        List<Attempt> winners = attempts.stream().filter(Attempt::won).toList();
        if (winners.size() > 1) {
            throw new UnfitException(
                    "said \"created\" to %d of %d concurrent creates of one key; exactly one must succeed"
                            .formatted(winners.size(), contenderCount));
        }
        ByteBuffer held = read(key);
        if (winners.isEmpty()) {
            checkHeldByUncertain(attempts, held);
        } else if (!winners.getFirst().wrote(held)) {
            throw new UnfitException(
                    "said \"created\" to one of %d concurrent creates but holds another's bytes"
                            .formatted(contenderCount));
        }
        checkCreatedAgain(key, held);
        checkListed(key);
    }

    private void checkHeldByUncertain(List<Attempt> attempts, ByteBuffer held)
            throws UnfitException {
        if (attempts.stream().noneMatch(attempt -> attempt.uncertain() && attempt.wrote(held))) {
            throw new UnfitException(
                    "said \"exists\" to all of %d concurrent creates of a new key"
                            .formatted(contenderCount));
        }
    }

    private List<Attempt> race(String key) throws UnfitException, InterruptedException {
        var start = new CountDownLatch(1);
        List<FutureTask<Attempt>> contenders = new ArrayList<>();
        for (int i = 0; i < contenderCount; i++) {
            byte[] content = content("contender-" + i);
            var contender =
                    new FutureTask<>(() -> {
                        start.await();
                        return create(key, content);
                    });
            environment.threads().newThread(contender).start();
            contenders.add(contender);
        }
        start.countDown();
        List<Attempt> attempts = new ArrayList<>();
        for (FutureTask<Attempt> contender : contenders) {
            attempts.add(join(contender));
        }
        return attempts;
    }

    private static Attempt join(FutureTask<Attempt> contender)
            throws UnfitException, InterruptedException {
        try {
            return contender.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case UnfitException unfit -> throw unfit;
                case StoreException failure -> throw failure;
                case null, default -> throw new IllegalStateException("probe failed", e);
            }
        }
    }

    /** Creates an object, with the same bytes in every attempt, until the answer is definite. */
    private Attempt create(String key, byte[] content) throws UnfitException, InterruptedException {
        boolean uncertain = false;
        for (int attempt = 1; ; attempt++) {
            switch (store.putIfAbsent(key, List.of(ByteBuffer.wrap(content)))) {
                case CreateResult.Created() -> {
                    return new Attempt(content, true, uncertain);
                }
                case CreateResult.Exists() -> {
                    return new Attempt(content, false, uncertain);
                }
                case CreateResult.NotApplied(StoreException cause) ->
                        throw new UnfitException(
                                "takes a plain put but refuses a create-only one: "
                                        + cause.getMessage());
                case CreateResult.Unknown(StoreException cause) -> {
                    uncertain = true;
                    if (attempt == ATTEMPTS_MAX) {
                        throw cause;
                    }
                    environment.clock().sleep(PAUSE.multipliedBy(attempt));
                }
            }
        }
    }

    private void checkCreatedAgain(String key, ByteBuffer held)
            throws UnfitException, InterruptedException {
        if (create(key, content("latecomer")).won()) {
            throw new UnfitException(
                    "said \"created\" for a key that existed: it ignores the condition of a create-only put");
        }
        if (!held.equals(read(key))) {
            throw new UnfitException(
                    "said \"exists\" to a create-only put but replaced the object all the same");
        }
    }

    private void checkListed(String key) throws UnfitException {
        switch (store.list(prefix, "", written.size() + 1)) {
            case ListResult.Listed(var objects) -> {
                List<String> listed = objects.stream().map(ObjectStore.ObjectSummary::key).toList();
                if (!listed.equals(written.stream().sorted(Keys.ORDER).toList())) {
                    throw new UnfitException(
                            "does not list at once, and in order, what was created: %s is there, the listing says %s"
                                    .formatted(key, listed));
                }
            }
            case ListResult.Unavailable(StoreException cause) -> throw cause;
        }
    }

    private ByteBuffer read(String key) throws UnfitException {
        return switch (store.get(key)) {
            case GetResult.Found(ByteBuffer body) -> body;
            case GetResult.NotFound() ->
                    throw new UnfitException("says \"not found\" for a key that was just created");
            case GetResult.Unavailable(StoreException cause) -> throw cause;
        };
    }

    private String key(String name) {
        written.add(prefix + name);
        return prefix + name;
    }

    private byte[] content(String who) {
        return "%s %016x"
                .formatted(who, environment.random().nextLong())
                .getBytes(StandardCharsets.UTF_8);
    }

    /**
     * @param won the store said "created"
     * @param uncertain an earlier answer was unknown, so the object may be ours nevertheless
     */
    private record Attempt(byte[] content, boolean won, boolean uncertain) {
        boolean wrote(ByteBuffer held) {
            return ByteBuffer.wrap(content).equals(held);
        }
    }
}
