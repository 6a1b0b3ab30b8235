package io.oxbow.s3stream.store;

import com.aliyun.oss.OSS;
import com.aliyun.oss.model.GenericRequest;
import com.aliyun.oss.model.GetObjectRequest;
import com.aliyun.oss.model.ObjectMetadata;
import com.aliyun.oss.model.PutObjectRequest;
import io.oxbow.s3stream.S3StreamException.Retry;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.store.OssCalls.Outcome;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;

/**
 * A bucket of Aliyun OSS.
 *
 * <p>Create-only puts carry {@code x-oss-forbid-overwrite}, which OSS ignores in a bucket that has,
 * or ever had, versioning: such a bucket is refused when it is opened, and a put whose answer names
 * a version is never called created. The SDK's own retries are off throughout; {@link OssCalls}
 * does it on the environment's clock.
 */
public final class OssObjectStore implements ObjectStore {

    private static final String FORBID_OVERWRITE = "x-oss-forbid-overwrite";

    /** Without it a range that the object does not hold in full is answered with all of it. */
    private static final String RANGE_BEHAVIOR = "x-oss-range-behavior";

    private final OssConfig config;
    private final OSS client;
    private final OssCalls calls;
    private final OssUploads uploads;
    private final OssKeys keys;

    private OssObjectStore(OssConfig config, OSS client, Environment environment) {
        this.config = config;
        this.client = client;
        this.calls = new OssCalls(environment, config.limits().attemptsMax());
        this.uploads = new OssUploads(config, client, calls);
        this.keys = new OssKeys(config.bucket(), client, calls);
    }

    /**
     * Makes the client and asks whether the bucket is versioned.
     *
     * @throws StoreException when it is, or when the bucket does not say
     */
    public static OssObjectStore open(OssConfig config, Environment environment) {
        return open(config, OssClients.create(config), environment);
    }

    /** The same with a client that the caller made; the store closes it. */
    static OssObjectStore open(OssConfig config, OSS client, Environment environment) {
        var store = new OssObjectStore(config, client, environment);
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
                    new PutResult.NotApplied(explain("put", key, Retry.FATAL, failure));
        };
    }

    private Outcome<?> putWhole(String key, Body body) {
        return calls.repeat(() -> client.putObject(request(key, body, metadata(body))));
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
        metadata.setContentMD5(OssRequests.md5(buffers));
        PutObjectRequest request = request(Keys.checked(key), body, metadata);
        try {
            String version = client.putObject(request).getVersionId();
            return version == null
                    ? new CreateResult.Created()
                    : new CreateResult.Unknown(
                            OssVersioning.foundOut("create of " + name(key), version));
        } catch (RuntimeException e) {
            OssFailure failure = OssFailure.of(e);
            if (failure.saysExists()) {
                return new CreateResult.Exists();
            }
            return failure.isPassing()
                    ? new CreateResult.Unknown(explain("create", key, Retry.UNKNOWN, failure))
                    : new CreateResult.NotApplied(explain("create", key, Retry.FATAL, failure));
        }
    }

    @Override
    public GetResult get(String key) {
        return get(key, getRequest(key), OssReading.WHOLE);
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
        return get(key, request, new OssReading.Range(position, size));
    }

    private GetObjectRequest getRequest(String key) {
        return OssRequests.unlogged(new GetObjectRequest(config.bucket(), Keys.checked(key)));
    }

    private GetResult get(String key, GetObjectRequest request, OssReading.Range range) {
        return switch (calls.repeat(() -> OssReading.read(client.getObject(request), range))) {
            case Outcome.Answered<ByteBuffer>(ByteBuffer body) -> new GetResult.Found(body);
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
        return switch (calls.repeat(() -> client.getSimplifiedObjectMeta(request).getSize())) {
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
