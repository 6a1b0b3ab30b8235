package io.oxbow.s3stream.store;

import io.oxbow.s3stream.S3StreamException.Retry;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.store.S3Calls.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Error;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * A bucket that speaks S3.
 *
 * <p>The SDK's own retries are off throughout: for a create-only put they would hide what happened,
 * and for the rest {@link S3Calls} does it on the environment's clock. Bodies go to the socket
 * straight from the caller's buffers.
 */
public final class S3ObjectStore implements ObjectStore {

    /** S3's bound, for a page of a listing and for a batch of deletes. */
    private static final int PAGE_MAX = 1000;

    private final S3Config config;
    private final S3Client client;
    private final S3Calls calls;
    private final S3Uploads uploads;

    S3ObjectStore(S3Config config, S3Client client, Environment environment) {
        this.config = config;
        this.client = client;
        this.calls = new S3Calls(environment, config.attemptsMax());
        this.uploads = new S3Uploads(config, client, calls);
    }

    /** Makes the client; the bucket is not asked for anything yet. */
    public static S3ObjectStore open(S3Config config, Environment environment) {
        return new S3ObjectStore(config, S3Clients.create(config), environment);
    }

    @Override
    public PutResult put(String key, List<ByteBuffer> buffers) {
        Body body = Body.of(buffers);
        Outcome<?> outcome =
                body.size() > config.partSizeBytes()
                        ? uploads.inParts(Keys.checked(key), body)
                        : putWhole(Keys.checked(key), body);
        return switch (outcome) {
            case Outcome.Answered<?> ignored -> new PutResult.Done();
            case Outcome.Failed<?> failed when failed.mayHaveApplied() ->
                    new PutResult.Unknown(explain("put", key, Retry.UNKNOWN, failed.cause()));
            case Outcome.Failed<?> failed ->
                    new PutResult.NotApplied(explain("put", key, Retry.FATAL, failed.cause()));
        };
    }

    private Outcome<?> putWhole(String key, Body body) {
        PutObjectRequest request = putRequest(key, body).build();
        return calls.repeat(() -> client.putObject(request, requestBody(body)));
    }

    private PutObjectRequest.Builder putRequest(String key, Body body) {
        return PutObjectRequest.builder()
                .bucket(config.bucket())
                .key(key)
                .checksumCRC32C(body.crc32c());
    }

    static RequestBody requestBody(Body body) {
        return RequestBody.fromContentProvider(
                body::stream, body.size(), "application/octet-stream");
    }

    @Override
    public CreateResult putIfAbsent(String key, List<ByteBuffer> buffers) {
        Body body = Body.of(buffers);
        PutObjectRequest request = putRequest(Keys.checked(key), body).ifNoneMatch("*").build();
        try {
            client.putObject(request, requestBody(body));
            return new CreateResult.Created();
        } catch (SdkException e) {
            if (S3Calls.status(e) == 412) {
                return new CreateResult.Exists();
            }
            return S3Calls.isPassing(e)
                    ? new CreateResult.Unknown(explain("create", key, Retry.UNKNOWN, e))
                    : new CreateResult.NotApplied(explain("create", key, Retry.FATAL, e));
        }
    }

    @Override
    public GetResult get(String key) {
        return get(key, request(key).build(), 0, Integer.MAX_VALUE);
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
        return get(key, request(key).range(range).build(), position, size);
    }

    private GetObjectRequest.Builder request(String key) {
        return GetObjectRequest.builder().bucket(config.bucket()).key(Keys.checked(key));
    }

    private GetResult get(String key, GetObjectRequest request, long position, int sizeMax) {
        ResponseTransformer<GetObjectResponse, ByteBuffer> reader =
                (response, body) -> read(response, body, position, sizeMax);
        return switch (calls.repeat(() -> client.getObject(request, reader))) {
            case Outcome.Answered<ByteBuffer>(ByteBuffer body) -> new GetResult.Found(body);
            case Outcome.Failed<ByteBuffer>(SdkException e, _) when isNoSuchKey(e) ->
                    new GetResult.NotFound();
            case Outcome.Failed<ByteBuffer>(SdkException e, _) when S3Calls.status(e) == 416 ->
                    new GetResult.Found(ByteBuffer.allocate(0));
            case Outcome.Failed<ByteBuffer>(SdkException e, _) ->
                    new GetResult.Unavailable(explain("get", key, Retry.RETRYABLE, e));
        };
    }

    private static ByteBuffer read(
            GetObjectResponse response, InputStream body, long position, int sizeMax)
            throws IOException {
        long size = response.contentLength();
        String range = response.contentRange();
        boolean isElsewhere =
                position > 0 && (range == null || !range.startsWith("bytes " + position + "-"));
        if (isElsewhere || size > sizeMax) {
            throw new IOException(
                    "the store sent %d bytes of range %s where at most %d from %d were asked for"
                            .formatted(size, range, sizeMax, position));
        }
        byte[] bytes = new byte[(int) size];
        int count = body.readNBytes(bytes, 0, bytes.length);
        if (count < size) {
            throw new IOException("the body ended after %d of %d bytes".formatted(count, size));
        }
        return ByteBuffer.wrap(bytes);
    }

    @Override
    public HeadResult head(String key) {
        Keys.checked(key);
        return switch (calls.repeat(
                () -> client.headObject(r -> r.bucket(config.bucket()).key(key)).contentLength())) {
            case Outcome.Answered<Long>(Long size) -> new HeadResult.Found(size);
            case Outcome.Failed<Long>(SdkException e, _) when isNoSuchKey(e) ->
                    new HeadResult.NotFound();
            case Outcome.Failed<Long>(SdkException e, _) ->
                    new HeadResult.Unavailable(explain("head", key, Retry.RETRYABLE, e));
        };
    }

    /** A bucket that is not there is no answer about the object. */
    private static boolean isNoSuchKey(SdkException e) {
        return S3Calls.status(e) == 404 && !"NoSuchBucket".equals(S3Calls.code(e));
    }

    @Override
    public ListResult list(String prefix, String startAfter, int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit of a listing is " + limit);
        }
        List<ObjectSummary> found = new ArrayList<>();
        String after = startAfter;
        while (true) {
            int wanted = Math.min(PAGE_MAX, limit - found.size());
            switch (page(prefix, after, wanted)) {
                case Outcome.Answered<ListObjectsV2Response>(var page) -> {
                    for (S3Object object : page.contents()) {
                        found.add(new ObjectSummary(object.key(), object.size()));
                    }
                    boolean more = Boolean.TRUE.equals(page.isTruncated());
                    if (!more || page.contents().isEmpty() || found.size() >= limit) {
                        return new ListResult.Listed(List.copyOf(found));
                    }
                    after = found.getLast().key();
                }
                case Outcome.Failed<ListObjectsV2Response>(SdkException e, _) -> {
                    return new ListResult.Unavailable(explain("list", prefix, Retry.RETRYABLE, e));
                }
            }
        }
    }

    private Outcome<ListObjectsV2Response> page(String prefix, String after, int wanted) {
        return calls.repeat(() ->
                client.listObjectsV2(r -> {
                    r.bucket(config.bucket()).prefix(prefix).maxKeys(wanted);
                    if (!after.isEmpty()) {
                        r.startAfter(after);
                    }
                }));
    }

    @Override
    public DeleteResult delete(Collection<String> keys) {
        List<String> all = keys.stream().map(Keys::checked).toList();
        for (int from = 0; from < all.size(); from += PAGE_MAX) {
            List<String> batch = all.subList(from, Math.min(all.size(), from + PAGE_MAX));
            Optional<StoreException> failure = deleteBatch(batch);
            if (failure.isPresent()) {
                return new DeleteResult.Unknown(failure.get());
            }
        }
        return new DeleteResult.Done();
    }

    private Optional<StoreException> deleteBatch(List<String> batch) {
        List<ObjectIdentifier> ids =
                batch.stream().map(key -> ObjectIdentifier.builder().key(key).build()).toList();
        Outcome<List<S3Error>> outcome =
                calls.repeat(() ->
                        client.deleteObjects(r ->
                                        r.bucket(config.bucket())
                                                .delete(d -> d.objects(ids).quiet(true)))
                                .errors());
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

    private StoreException explain(String verb, String key, Retry retry, SdkException failure) {
        return S3Calls.explain("%s of %s/%s".formatted(verb, location(), key), retry, failure);
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
