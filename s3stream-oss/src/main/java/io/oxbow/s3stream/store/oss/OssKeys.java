package io.oxbow.s3stream.store.oss;

import com.aliyun.oss.OSS;
import com.aliyun.oss.model.DeleteObjectsRequest;
import com.aliyun.oss.model.ListObjectsV2Request;
import com.aliyun.oss.model.ListObjectsV2Result;
import com.aliyun.oss.model.OSSObjectSummary;
import io.oxbow.s3stream.S3StreamException.Retry;
import io.oxbow.s3stream.store.Keys;
import io.oxbow.s3stream.store.ObjectStore.DeleteResult;
import io.oxbow.s3stream.store.ObjectStore.ListResult;
import io.oxbow.s3stream.store.ObjectStore.ObjectSummary;
import io.oxbow.s3stream.store.StoreException;
import io.oxbow.s3stream.store.StoreMetrics.Operation;
import io.oxbow.s3stream.store.oss.OssCalls.Outcome;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Lists and deletes many keys at a time. Thread-safe. */
final class OssKeys {

    /**
     * Greatest number of keys in a page of a listing and in a batch of deletes; OSS's own limit.
     */
    private static final int PAGE_MAX = 1000;

    static final String URL = "url";

    private final String bucket;
    private final OSS client;
    private final OssCalls calls;

    OssKeys(String bucket, OSS client, OssCalls calls) {
        this.bucket = bucket;
        this.client = client;
        this.calls = calls;
    }

    static URI location(String bucket) {
        return URI.create("oss://" + bucket);
    }

    ListResult list(String prefix, String startAfter, int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit of a listing is " + limit);
        }
        List<ObjectSummary> found = new ArrayList<>();
        String after = startAfter;
        while (true) {
            switch (page(prefix, after, Math.min(PAGE_MAX, limit - found.size()))) {
                case Outcome.Answered<ListObjectsV2Result>(var page) -> {
                    for (OSSObjectSummary object : page.getObjectSummaries()) {
                        String key = decoded(object.getKey(), page.getEncodingType());
                        found.add(new ObjectSummary(key, object.getSize()));
                    }
                    if (!page.isTruncated()
                            || page.getObjectSummaries().isEmpty()
                            || found.size() >= limit) {
                        return new ListResult.Listed(List.copyOf(found));
                    }
                    after = found.getLast().key();
                }
                case Outcome.Failed<ListObjectsV2Result>(OssFailure failure, _) -> {
                    return new ListResult.Unavailable(
                            failure.explain("list of " + name(prefix), Retry.RETRYABLE));
                }
            }
        }
    }

    private Outcome<ListObjectsV2Result> page(String prefix, String after, int wanted) {
        var request = OssRequests.unlogged(new ListObjectsV2Request(bucket));
        request.setPrefix(prefix);
        request.setMaxKeys(wanted);
        request.setEncodingType(URL);
        if (!after.isEmpty()) {
            request.setStartAfter(after);
        }
        return calls.repeat(Operation.LIST, () -> client.listObjectsV2(request));
    }

    DeleteResult delete(Collection<String> keys) {
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

    /**
     * Deletes a batch and checks the answer's list of deleted keys; OSS lists none that it did not
     * delete.
     */
    private Optional<StoreException> deleteBatch(List<String> batch) {
        var request =
                OssRequests.unlogged(
                        new DeleteObjectsRequest(bucket).withKeys(batch).withEncodingType(URL));
        return switch (calls.repeat(Operation.DELETE, () -> client.deleteObjects(request))) {
            case Outcome.Answered<com.aliyun.oss.model.DeleteObjectsResult>(var result) -> {
                Set<String> deleted = new HashSet<>();
                for (String key : result.getDeletedObjects()) {
                    deleted.add(decoded(key, result.getEncodingType()));
                }
                yield batch.stream()
                        .filter(key -> !deleted.contains(key))
                        .findFirst()
                        .map(this::notDeleted);
            }
            case Outcome.Failed<com.aliyun.oss.model.DeleteObjectsResult>(OssFailure failure, _) ->
                    Optional.of(
                            failure.explain(
                                    "delete of " + name(batch.getFirst()) + " …", Retry.UNKNOWN));
        };
    }

    private StoreException notDeleted(String key) {
        return new StoreException(
                "delete of %s failed: the store left it out of what it says it deleted"
                        .formatted(name(key)),
                Retry.UNKNOWN,
                null);
    }

    private String name(String key) {
        return location(bucket) + "/" + key;
    }

    static String decoded(String key, @Nullable String encoding) {
        return URL.equals(encoding) ? URLDecoder.decode(key, StandardCharsets.UTF_8) : key;
    }
}
