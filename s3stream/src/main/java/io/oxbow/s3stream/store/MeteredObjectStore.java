package io.oxbow.s3stream.store;

import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.store.StoreMetrics.Operation;
import io.oxbow.s3stream.store.StoreMetrics.Outcome;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Counts the calls of a store in which each call is one request. A store that repeats requests or
 * sends parts counts for itself. Thread-safe if the store is.
 */
public final class MeteredObjectStore implements ObjectStore {

    private final ObjectStore store;
    private final StoreMetrics metrics;
    private final Environment environment;

    public MeteredObjectStore(ObjectStore store, StoreMetrics metrics, Environment environment) {
        this.store = store;
        this.metrics = metrics;
        this.environment = environment;
    }

    @Override
    public PutResult put(String key, List<ByteBuffer> body) {
        PutResult result =
                measured(
                        Operation.PUT,
                        () -> store.put(key, body),
                        given ->
                                switch (given) {
                                    case PutResult.Done() -> Outcome.OK;
                                    case PutResult.NotApplied ignored -> Outcome.REFUSED;
                                    case PutResult.Unknown ignored -> Outcome.NO_ANSWER;
                                });
        if (result instanceof PutResult.Done) {
            metrics.bytes(Operation.PUT, size(body));
        }
        return result;
    }

    @Override
    public CreateResult putIfAbsent(String key, List<ByteBuffer> body) {
        CreateResult result =
                measured(
                        Operation.CREATE,
                        () -> store.putIfAbsent(key, body),
                        given ->
                                switch (given) {
                                    case CreateResult.Created() -> Outcome.OK;
                                    case CreateResult.Exists() -> Outcome.EXISTS;
                                    case CreateResult.NotApplied ignored -> Outcome.REFUSED;
                                    case CreateResult.Unknown ignored -> Outcome.NO_ANSWER;
                                });
        if (result instanceof CreateResult.Created) {
            metrics.bytes(Operation.CREATE, size(body));
        }
        return result;
    }

    @Override
    public GetResult get(String key) {
        return get(Operation.GET, () -> store.get(key));
    }

    @Override
    public GetResult get(String key, long position, int size) {
        return get(Operation.RANGE, () -> store.get(key, position, size));
    }

    @Override
    public GetResult get(String key, long position, ByteBuffer target) {
        return get(Operation.RANGE, () -> store.get(key, position, target));
    }

    private GetResult get(Operation operation, Supplier<GetResult> call) {
        GetResult result =
                measured(
                        operation,
                        call,
                        given ->
                                switch (given) {
                                    case GetResult.Found ignored -> Outcome.OK;
                                    case GetResult.NotFound() -> Outcome.NOT_FOUND;
                                    case GetResult.Unavailable ignored -> Outcome.NO_ANSWER;
                                });
        if (result instanceof GetResult.Found(ByteBuffer body)) {
            metrics.bytes(operation, body.remaining());
        }
        return result;
    }

    @Override
    public HeadResult head(String key) {
        return measured(
                Operation.HEAD,
                () -> store.head(key),
                given ->
                        switch (given) {
                            case HeadResult.Found ignored -> Outcome.OK;
                            case HeadResult.NotFound() -> Outcome.NOT_FOUND;
                            case HeadResult.Unavailable ignored -> Outcome.NO_ANSWER;
                        });
    }

    @Override
    public ListResult list(String prefix, String startAfter, int limit) {
        return measured(
                Operation.LIST,
                () -> store.list(prefix, startAfter, limit),
                given ->
                        switch (given) {
                            case ListResult.Listed ignored -> Outcome.OK;
                            case ListResult.Unavailable ignored -> Outcome.NO_ANSWER;
                        });
    }

    @Override
    public DeleteResult delete(Collection<String> keys) {
        return measured(
                Operation.DELETE,
                () -> store.delete(keys),
                given ->
                        switch (given) {
                            case DeleteResult.Done() -> Outcome.OK;
                            case DeleteResult.Unknown ignored -> Outcome.NO_ANSWER;
                        });
    }

    private <R> R measured(
            Operation operation, Supplier<R> call, Function<? super R, Outcome> outcome) {
        long begun = environment.clock().nanoTime();
        R result = call.get();
        long nanos = environment.clock().nanoTime() - begun;
        metrics.request(operation, outcome.apply(result), nanos);
        return result;
    }

    private static long size(List<ByteBuffer> body) {
        return body.stream().mapToLong(ByteBuffer::remaining).sum();
    }

    @Override
    public DeleteResult abandonUploads(String prefix, Duration age) {
        return store.abandonUploads(prefix, age);
    }

    @Override
    public URI location() {
        return store.location();
    }

    @Override
    public void close() {
        store.close();
    }
}
