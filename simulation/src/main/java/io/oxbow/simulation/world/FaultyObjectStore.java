package io.oxbow.simulation.world;

import io.oxbow.s3stream.S3StreamException.Retry;
import io.oxbow.s3stream.store.Keys;
import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.store.StoreException;
import io.oxbow.simulation.kernel.Chance;
import io.oxbow.simulation.kernel.SimulatedProcess;
import io.oxbow.simulation.kernel.Simulation;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * One process's access to a {@link SimulatedBucket}. A request travels, takes effect, and its reply
 * travels back; each can get lost, and a request can arrive long after its sender gave up on it, or
 * died.
 */
public final class FaultyObjectStore implements ObjectStore {

    private final Simulation simulation;
    private final SimulatedBucket bucket;
    private final SimulatedProcess process;
    private final Chance chance;
    private StoreFaults faults;
    private boolean cutOff;

    public FaultyObjectStore(
            Simulation simulation,
            SimulatedBucket bucket,
            SimulatedProcess process,
            StoreFaults faults) {
        this.simulation = simulation;
        this.bucket = bucket;
        this.process = process;
        this.chance = simulation.chance().split();
        this.faults = faults;
    }

    /** Sets the faults of requests from now on. */
    public void faults(StoreFaults newFaults) {
        faults = newFaults;
    }

    /** Returns the faults of requests now. */
    public StoreFaults faults() {
        return faults;
    }

    /** Cuts the process off from the bucket, or ends that. */
    public void cutOff(boolean now) {
        cutOff = now;
    }

    public boolean isCutOff() {
        return cutOff;
    }

    @Override
    public PutResult put(String key, List<ByteBuffer> body) {
        byte[] bytes = join(Keys.checked(key), body);
        return request(
                () -> {
                    bucket.put(key, bytes);
                    return new PutResult.Done();
                },
                PutResult.Unknown::new);
    }

    @Override
    public CreateResult putIfAbsent(String key, List<ByteBuffer> body) {
        byte[] bytes = join(Keys.checked(key), body);
        return request(() -> bucket.create(key, bytes), CreateResult.Unknown::new);
    }

    @Override
    public GetResult get(String key) {
        return get(key, 0, Integer.MAX_VALUE);
    }

    @Override
    public GetResult get(String key, long position, int size) {
        Keys.checked(key);
        if (position < 0 || size < 0) {
            throw new IllegalArgumentException(
                    "range of %d bytes from %d".formatted(size, position));
        }
        return request(() -> bucket.get(key, position, size), GetResult.Unavailable::new);
    }

    @Override
    public HeadResult head(String key) {
        Keys.checked(key);
        return request(
                () ->
                        bucket.get(key, 0, Integer.MAX_VALUE) instanceof GetResult.Found found
                                ? new HeadResult.Found(found.body().remaining())
                                : new HeadResult.NotFound(),
                HeadResult.Unavailable::new);
    }

    @Override
    public ListResult list(String prefix, String startAfter, int limit) {
        return request(() -> bucket.list(prefix, startAfter, limit), ListResult.Unavailable::new);
    }

    @Override
    public DeleteResult delete(Collection<String> keys) {
        List<String> wanted = keys.stream().map(Keys::checked).toList();
        return request(
                () -> {
                    bucket.delete(wanted);
                    return new DeleteResult.Done();
                },
                DeleteResult.Unknown::new);
    }

    @Override
    public URI location() {
        return URI.create("simulated://bucket");
    }

    @Override
    public void close() {}

    /** The effect of a request when it reaches the bucket. */
    private interface Effect<R> {
        R happen();
    }

    /** Carries out one request, with its faults. */
    private <R> R request(Effect<? extends R> effect, Function<StoreException, R> unanswered) {
        if (cutOff) {
            if (chance.oneIn(10)) {
                simulation.soon(latency(), effect::happen);
            }
            pause(StoreFaults.TIMEOUT);
            return unanswered.apply(failure("no answer (cut off)"));
        }
        int fate = chance.nextInt(100);
        if (fate < faults.refused()) {
            pause(latency());
            return unanswered.apply(failure("503 or 409"));
        }
        fate -= faults.refused();
        if (fate < faults.dropped()) {
            pause(StoreFaults.TIMEOUT);
            return unanswered.apply(failure("no answer (lost on the way)"));
        }
        fate -= faults.dropped();
        if (fate < faults.replyLost()) {
            simulation.soon(latency(), effect::happen);
            pause(StoreFaults.TIMEOUT);
            return unanswered.apply(failure("no answer (reply lost)"));
        }
        fate -= faults.replyLost();
        if (fate < faults.late()) {
            simulation.soon(chance.between(Duration.ZERO, faults.latenessMax()), effect::happen);
            pause(chance.between(Duration.ZERO, StoreFaults.TIMEOUT));
            return unanswered.apply(failure("no answer (late)"));
        }
        return answered(effect);
    }

    private <R> R answered(Effect<? extends R> effect) {
        var reply = new CompletableFuture<R>();
        Duration back = latency();
        simulation.soon(
                latency(),
                () -> {
                    R result = effect.happen();
                    simulation.soon(back, () -> reply.complete(result));
                });
        return reply.join();
    }

    private Duration latency() {
        return chance.between(Duration.ZERO, faults.latencyMax());
    }

    private void pause(Duration duration) {
        try {
            process.environment().clock().sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static StoreException failure(String what) {
        return new StoreException(what, Retry.UNKNOWN, null);
    }

    private static byte[] join(String key, List<ByteBuffer> body) {
        byte[] joined = new byte[body.stream().mapToInt(ByteBuffer::remaining).sum()];
        ByteBuffer into = ByteBuffer.wrap(joined);
        body.forEach(buffer -> into.put(buffer.duplicate()));
        if (into.hasRemaining()) {
            throw new IllegalStateException("body of " + key + " changed meanwhile");
        }
        return joined;
    }
}
