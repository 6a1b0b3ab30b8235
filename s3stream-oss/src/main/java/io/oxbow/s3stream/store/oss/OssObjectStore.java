package io.oxbow.s3stream.store.oss;

import com.aliyun.oss.OSS;
import com.aliyun.oss.model.GenericRequest;
import com.aliyun.oss.model.GetObjectRequest;
import com.aliyun.oss.model.ObjectMetadata;
import com.aliyun.oss.model.PutObjectRequest;
import io.oxbow.s3stream.S3StreamException.Retry;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.store.Body;
import io.oxbow.s3stream.store.Keys;
import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.store.StoreException;
import io.oxbow.s3stream.store.StoreMetrics;
import io.oxbow.s3stream.store.StoreMetrics.Operation;
import io.oxbow.s3stream.store.oss.OssCalls.Outcome;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Object store in a bucket of Aliyun OSS.
 *
 * <p>Create-only puts carry {@code x-oss-forbid-overwrite}, which OSS ignores in a bucket that has,
 * or ever had, versioning: such a bucket is refused when it is opened, and a put whose answer names
 * a version is never called created. The SDK's own retries are off throughout; {@link OssCalls}
 * does it on the environment's clock.
 */
public final class OssObjectStore implements ObjectStore {

    private static final String FORBID_OVERWRITE = "x-oss-forbid-overwrite";

    /** Header without which OSS answers a range beyond the object's end with the whole object. */
    private static final String RANGE_BEHAVIOR = "x-oss-range-behavior";

    private final OssConfig config;
    private final OSS client;
    private final OssCalls calls;
    private final OssUploads uploads;
    private final OssKeys keys;

    private OssObjectStore(
            OssConfig config, OSS client, Environment environment, StoreMetrics metrics) {
        this.config = config;
        this.client = client;
        this.calls = new OssCalls(config.limits().retries(), environment, metrics);
        this.uploads = new OssUploads(config, client, calls, environment);
        this.keys = new OssKeys(config.bucket(), client, calls);
    }

    /**
     * Opens a bucket: makes the client, and asks whether the bucket is versioned.
     *
     * @throws StoreException when it is, or when the bucket does not say
     */
    public static OssObjectStore open(
            OssConfig config, Environment environment, StoreMetrics metrics) {
        return open(config, OssClients.create(config), environment, metrics);
    }

    /** Opens a bucket with a client that the caller made, and that the store closes. */
    public static OssObjectStore open(
            OssConfig config, OSS client, Environment environment, StoreMetrics metrics) {
        var store = new OssObjectStore(config, client, environment, metrics);
        try {
            OssVersioning.checkNever(config.bucket(), client, store.calls);
            return store;
        } catch (RuntimeException refused) {
            store.close();
            throw refused;
        }
    }

    @Override
    public PutResult put(String key, List<ByteBuffer> buffers) {
        Body body = Body.of(buffers);
        Outcome<?> outcome =
                body.size() > config.limits().partSizeBytes()
                        ? uploads.inParts(Keys.checked(key), body)
                        : putWhole(Keys.checked(key), body);
        return switch (outcome) {
            case Outcome.Answered<?> ignored -> new PutResult.Done();
            case Outcome.Failed<?>(OssFailure failure, boolean mayHaveApplied)
                    when mayHaveApplied ->
                    new PutResult.Unknown(explain("put", key, Retry.UNKNOWN, failure));
            case Outcome.Failed<?>(OssFailure failure, _) ->
                    new PutResult.NotApplied(
                            explain(
                                    "put",
                                    key,
                                    failure.isPassing() ? Retry.RETRYABLE : Retry.FATAL,
                                    failure));
        };
    }

    private Outcome<?> putWhole(String key, Body body) {
        Outcome<?> outcome =
                calls.repeat(
                        Operation.PUT, () -> client.putObject(request(key, body, metadata(body))));
        if (outcome instanceof Outcome.Answered<?>) {
            calls.metrics().bytes(Operation.PUT, body.size());
        }
        return outcome;
    }

    private ObjectMetadata metadata(Body body) {
        ObjectMetadata metadata = OssRequests.metadata(config);
        metadata.setContentLength(body.size());
        return metadata;
    }

    private PutObjectRequest request(String key, Body body, ObjectMetadata metadata) {
        return OssRequests.unlogged(
                new PutObjectRequest(config.bucket(), key, OssRequests.stream(body), metadata));
    }

    @Override
    public CreateResult putIfAbsent(String key, List<ByteBuffer> buffers) {
        Body body = Body.of(buffers);
        ObjectMetadata metadata = metadata(body);
        metadata.setHeader(FORBID_OVERWRITE, "true");
        metadata.setContentMD5(body.md5());
        PutObjectRequest request = request(Keys.checked(key), body, metadata);
        return switch (calls.once(
                Operation.CREATE,
                () -> Optional.ofNullable(client.putObject(request).getVersionId()))) {
            case Outcome.Answered<Optional<String>>(Optional<String> version)
                    when version.isPresent() ->
                    new CreateResult.Unknown(
                            OssVersioning.foundOut("create of " + name(key), version.get()));
            case Outcome.Answered<Optional<String>> ignored -> {
                calls.metrics().bytes(Operation.CREATE, body.size());
                yield new CreateResult.Created();
            }
            case Outcome.Failed<Optional<String>>(OssFailure failure, _)
                    when failure.saysExists() ->
                    new CreateResult.Exists();
            case Outcome.Failed<Optional<String>>(OssFailure failure, boolean mayHaveApplied)
                    when mayHaveApplied ->
                    new CreateResult.Unknown(explain("create", key, Retry.UNKNOWN, failure));
            case Outcome.Failed<Optional<String>>(OssFailure failure, _) ->
                    new CreateResult.NotApplied(explain("create", key, Retry.FATAL, failure));
        };
    }

    @Override
    public GetResult get(String key) {
        return get(key, Operation.GET, getRequest(key), OssReading.WHOLE);
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
        GetObjectRequest request = getRequest(key);
        request.setRange(position, position + size - 1);
        request.addHeader(RANGE_BEHAVIOR, "standard");
        return get(key, Operation.RANGE, request, new OssReading.Range(position, size));
    }

    private GetObjectRequest getRequest(String key) {
        return OssRequests.unlogged(new GetObjectRequest(config.bucket(), Keys.checked(key)));
    }

    private GetResult get(
            String key, Operation operation, GetObjectRequest request, OssReading.Range range) {
        return switch (calls.repeat(
                operation, () -> OssReading.read(client.getObject(request), range))) {
            case Outcome.Answered<ByteBuffer>(ByteBuffer body) -> {
                calls.metrics().bytes(operation, body.remaining());
                yield new GetResult.Found(body);
            }
            case Outcome.Failed<ByteBuffer>(OssFailure failure, _) when failure.saysNoSuchKey() ->
                    new GetResult.NotFound();
            case Outcome.Failed<ByteBuffer>(OssFailure failure, _) when failure.saysOutOfRange() ->
                    new GetResult.Found(ByteBuffer.allocate(0));
            case Outcome.Failed<ByteBuffer>(OssFailure failure, _) ->
                    new GetResult.Unavailable(explain("get", key, Retry.RETRYABLE, failure));
        };
    }

    @Override
    public HeadResult head(String key) {
        var request = OssRequests.unlogged(new GenericRequest(config.bucket(), Keys.checked(key)));
        return switch (calls.repeat(
                Operation.HEAD, () -> client.getSimplifiedObjectMeta(request).getSize())) {
            case Outcome.Answered<Long>(Long size) -> new HeadResult.Found(size);
            case Outcome.Failed<Long>(OssFailure failure, _) when failure.saysNoSuchKey() ->
                    new HeadResult.NotFound();
            case Outcome.Failed<Long>(OssFailure failure, _) ->
                    new HeadResult.Unavailable(explain("head", key, Retry.RETRYABLE, failure));
        };
    }

    @Override
    public ListResult list(String prefix, String startAfter, int limit) {
        return keys.list(prefix, startAfter, limit);
    }

    @Override
    public DeleteResult delete(Collection<String> all) {
        return keys.delete(all);
    }

    @Override
    public DeleteResult abandonUploads(String prefix, Duration age) {
        return switch (uploads.abandon(prefix, age)) {
            case Outcome.Answered<Integer> ignored -> new DeleteResult.Done();
            case Outcome.Failed<Integer>(OssFailure failure, _) ->
                    new DeleteResult.Unknown(
                            explain("abandoning the uploads", prefix, Retry.UNKNOWN, failure));
        };
    }

    private StoreException explain(String verb, String key, Retry retry, OssFailure failure) {
        return failure.explain(verb + " of " + name(key), retry);
    }

    private String name(String key) {
        return location() + "/" + key;
    }

    @Override
    public URI location() {
        return OssKeys.location(config.bucket());
    }

    @Override
    public void close() {
        client.shutdown();
    }
}
