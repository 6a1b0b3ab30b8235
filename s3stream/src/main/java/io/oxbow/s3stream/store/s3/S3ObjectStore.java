package io.oxbow.s3stream.store.s3;

import io.oxbow.s3stream.S3StreamException.Retry;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.store.Body;
import io.oxbow.s3stream.store.Keys;
import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.store.StoreException;
import io.oxbow.s3stream.store.StoreMetrics;
import io.oxbow.s3stream.store.StoreMetrics.Operation;
import io.oxbow.s3stream.store.s3.S3Calls.Outcome;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Error;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Object store in a bucket with S3's protocol.
 *
 * <p>The SDK's own retries are off throughout: for a create-only put they would hide what happened,
 * and for the rest {@link S3Calls} does it on the environment's clock. Bodies go to the socket
 * straight from the caller's buffers.
 */
public final class S3ObjectStore implements ObjectStore {

    private final S3Config config;
    private final S3Client client;
    private final S3Requests requests;
    private final S3Calls calls;
    private final S3Uploads uploads;
    private final S3Reads reads;

    S3ObjectStore(S3Config config, S3Client client, Environment environment, StoreMetrics metrics) {
        this.config = config;
        this.client = client;
        this.requests = new S3Requests(config);
        this.calls = new S3Calls(config.limits().retries(), environment, metrics);
        this.uploads = new S3Uploads(config, client, requests, calls, environment);
        this.reads = new S3Reads(config.limits(), environment);
    }

    /** Makes the client, and sends no request yet. */
    public static S3ObjectStore open(
            S3Config config, Environment environment, StoreMetrics metrics) {
        return new S3ObjectStore(config, S3Clients.create(config), environment, metrics);
    }

    @Override
    public PutResult put(String key, List<ByteBuffer> buffers) {
        Body body = Body.of(buffers);
        Outcome<?> outcome =
                body.size() > config.writing().partSizeBytes()
                        ? uploads.inParts(Keys.checked(key), body)
                        : putWhole(Keys.checked(key), body);
        return switch (outcome) {
            case Outcome.Answered<?> ignored -> new PutResult.Done();
            case Outcome.Failed<?> failed when failed.mayHaveApplied() ->
                    new PutResult.Unknown(explain("put", key, Retry.UNKNOWN, failed.cause()));
            case Outcome.Failed<?> failed ->
                    new PutResult.NotApplied(
                            explain("put", key, retryOf(failed.cause()), failed.cause()));
        };
    }

    private static Retry retryOf(SdkException failure) {
        return S3Failures.isPassing(failure) ? Retry.RETRYABLE : Retry.FATAL;
    }

    private Outcome<?> putWhole(String key, Body body) {
        PutObjectRequest request = requests.put(key, body);
        Outcome<?> outcome =
                calls.repeat(Operation.PUT, () -> client.putObject(request, S3Requests.body(body)));
        if (outcome instanceof Outcome.Answered<?>) {
            calls.metrics().bytes(Operation.PUT, body.size());
        }
        return outcome;
    }

    @Override
    public CreateResult putIfAbsent(String key, List<ByteBuffer> buffers) {
        Body body = Body.of(buffers);
        PutObjectRequest request = requests.create(Keys.checked(key), body);
        try {
            calls.once(Operation.CREATE, () -> client.putObject(request, S3Requests.body(body)));
            calls.metrics().bytes(Operation.CREATE, body.size());
            return new CreateResult.Created();
        } catch (SdkException e) {
            if (S3Failures.status(e) == 412) {
                return new CreateResult.Exists();
            }
            return S3Failures.isPassing(e)
                    ? new CreateResult.Unknown(explain("create", key, Retry.UNKNOWN, e))
                    : new CreateResult.NotApplied(explain("create", key, Retry.FATAL, e));
        }
    }

    @Override
    public GetResult get(String key) {
        return get(key, Optional.empty(), 0, Integer.MAX_VALUE);
    }

    @Override
    public GetResult get(String key, long position, int size) {
        if (position < 0 || size < 0) {
            throw new IllegalArgumentException(
                    "range of %d bytes from %d".formatted(size, position));
        }
        if (size == 0) {
            return switch (head(key)) {
                case HeadResult.Found ignored -> new GetResult.Found(ByteBuffer.allocate(0));
                case HeadResult.NotFound ignored -> new GetResult.NotFound();
                case HeadResult.Unavailable(var cause) -> new GetResult.Unavailable(cause);
            };
        }
        String range = "bytes=%d-%d".formatted(position, position + size - 1);
        return get(key, Optional.of(range), position, size);
    }

    private GetResult get(String key, Optional<String> range, long position, int sizeMax) {
        var request = requests.get(Keys.checked(key), range, sizeMax);
        Operation operation = range.isPresent() ? Operation.RANGE : Operation.GET;
        return switch (calls.repeat(
                operation, () -> client.getObject(request, reads.whole(position, sizeMax)))) {
            case Outcome.Answered<ByteBuffer>(ByteBuffer body) -> {
                calls.metrics().bytes(operation, body.remaining());
                yield new GetResult.Found(body);
            }
            case Outcome.Failed<ByteBuffer>(SdkException e, _) when isNoSuchKey(e) ->
                    new GetResult.NotFound();
            case Outcome.Failed<ByteBuffer>(SdkException e, _) when S3Failures.status(e) == 416 ->
                    new GetResult.Found(ByteBuffer.allocate(0));
            case Outcome.Failed<ByteBuffer>(SdkException e, _) ->
                    new GetResult.Unavailable(explain("get", key, Retry.RETRYABLE, e));
        };
    }

    @Override
    public HeadResult head(String key) {
        var request = requests.head(Keys.checked(key));
        return switch (calls.repeat(
                Operation.HEAD, () -> client.headObject(request).contentLength())) {
            case Outcome.Answered<Long>(Long size) -> new HeadResult.Found(size);
            case Outcome.Failed<Long>(SdkException e, _) when isNoSuchKey(e) ->
                    new HeadResult.NotFound();
            case Outcome.Failed<Long>(SdkException e, _) ->
                    new HeadResult.Unavailable(explain("head", key, Retry.RETRYABLE, e));
        };
    }

    /**
     * Returns whether the object does not exist; by the status, because the answer to a HEAD has no
     * code.
     */
    private static boolean isNoSuchKey(SdkException e) {
        return S3Failures.status(e) == 404 && !"NoSuchBucket".equals(S3Failures.code(e));
    }

    @Override
    public ListResult list(String prefix, String startAfter, int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit of a listing is " + limit);
        }
        List<ObjectSummary> found = new ArrayList<>();
        String after = startAfter;
        Optional<String> token = Optional.empty();
        while (true) {
            int wanted = Math.min(S3Requests.PAGE_MAX, limit - found.size());
            var request = requests.page(prefix, after, token, wanted);
            switch (calls.repeat(Operation.LIST, () -> client.listObjectsV2(request))) {
                case Outcome.Answered<ListObjectsV2Response>(var page) -> {
                    for (S3Object object : page.contents()) {
                        found.add(new ObjectSummary(object.key(), object.size()));
                    }
                    if (!Boolean.TRUE.equals(page.isTruncated()) || found.size() >= limit) {
                        return new ListResult.Listed(List.copyOf(found));
                    }
                    // A page may be empty and yet not the last.
                    token = Optional.ofNullable(page.nextContinuationToken());
                    after = page.contents().isEmpty() ? after : found.getLast().key();
                    if (token.isEmpty() && page.contents().isEmpty()) {
                        return new ListResult.Unavailable(neverEnding(prefix, after));
                    }
                }
                case Outcome.Failed<ListObjectsV2Response>(SdkException e, _) -> {
                    return new ListResult.Unavailable(explain("list", prefix, Retry.RETRYABLE, e));
                }
            }
        }
    }

    private StoreException neverEnding(String prefix, String after) {
        return new StoreException(
                "list of %s/%s failed: the store says there is more after '%s' but not what"
                        .formatted(location(), prefix, after),
                Retry.RETRYABLE,
                null);
    }

    @Override
    public DeleteResult delete(Collection<String> keys) {
        List<String> all = keys.stream().map(Keys::checked).toList();
        for (int from = 0; from < all.size(); from += S3Requests.PAGE_MAX) {
            List<String> batch =
                    all.subList(from, Math.min(all.size(), from + S3Requests.PAGE_MAX));
            Optional<StoreException> failure = deleteBatch(batch);
            if (failure.isPresent()) {
                return new DeleteResult.Unknown(failure.get());
            }
        }
        return new DeleteResult.Done();
    }

    private Optional<StoreException> deleteBatch(List<String> batch) {
        var request = requests.delete(batch);
        Outcome<List<S3Error>> outcome =
                calls.repeat(
                        Operation.DELETE,
                        () -> S3Failures.unlessPassing(client.deleteObjects(request).errors()));
        return switch (outcome) {
            case Outcome.Answered<List<S3Error>>(List<S3Error> errors) ->
                    errors.stream()
                            .filter(error -> !"NoSuchKey".equals(error.code()))
                            .findFirst()
                            .map(S3ObjectStore::explain);
            case Outcome.Failed<List<S3Error>>(SdkException e, _) ->
                    Optional.of(explain("delete", batch.getFirst() + " …", Retry.UNKNOWN, e));
        };
    }

    private static StoreException explain(S3Error error) {
        return new StoreException(
                "delete of %s failed: the store answered %s %s"
                        .formatted(error.key(), error.code(), error.message()),
                Retry.UNKNOWN,
                null);
    }

    @Override
    public DeleteResult abandonUploads(String prefix, Duration age) {
        return switch (uploads.abandon(prefix, age)) {
            case Outcome.Answered<Integer> ignored -> new DeleteResult.Done();
            case Outcome.Failed<Integer>(SdkException e, _) ->
                    new DeleteResult.Unknown(
                            explain("abandoning the uploads", prefix, Retry.UNKNOWN, e));
        };
    }

    private StoreException explain(String verb, String key, Retry retry, SdkException failure) {
        return S3Failures.explain("%s of %s/%s".formatted(verb, location(), key), retry, failure);
    }

    @Override
    public URI location() {
        return URI.create("s3://" + config.bucket());
    }

    @Override
    public void close() {
        client.close();
    }
}
