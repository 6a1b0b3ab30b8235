package io.oxbow.s3stream.store.oss;

import com.aliyun.oss.OSS;
import com.aliyun.oss.model.GenericRequest;
import io.oxbow.s3stream.S3StreamException.Retry;
import io.oxbow.s3stream.store.StoreException;
import io.oxbow.s3stream.store.StoreMetrics;
import io.oxbow.s3stream.store.oss.OssCalls.Outcome;

/**
 * Refuses versioned buckets of OSS. In a bucket that is or was versioned, a put that must not
 * overwrite does so all the same; versioning can only be suspended, never be as before.
 */
final class OssVersioning {

    /** Status of a bucket that never was versioned; other stores give none. */
    private static final String OFF = "Off";

    private OssVersioning() {}

    /**
     * @throws StoreException when the bucket is or was versioned, or does not say
     */
    static void checkNever(String bucket, OSS client, OssCalls calls) {
        var request = OssRequests.unlogged(new GenericRequest(bucket));
        Outcome<String> outcome =
                calls.repeat(
                        StoreMetrics.Operation.HEAD,
                        () -> String.valueOf(client.getBucketVersioning(request).getStatus()));
        switch (outcome) {
            case Outcome.Answered<String>(String status) -> {
                if (!status.equals("null") && !status.isEmpty() && !status.equals(OFF)) {
                    throw refused(bucket, "has versioning " + status);
                }
            }
            case Outcome.Failed<String>(OssFailure failure, boolean passing) ->
                    throw failure.explain(
                            "asking whether bucket %s is versioned (needs oss:GetBucketVersioning)"
                                    .formatted(bucket),
                            passing ? Retry.RETRYABLE : Retry.FATAL);
        }
    }

    /**
     * Makes the exception for a put that was answered with a version: versioning has been switched
     * on since the start.
     */
    static StoreException foundOut(String what, String version) {
        return new StoreException(
                "%s was stored as version '%s': versioning has been switched on, and create-only puts now overwrite. Stop the cluster and move it to a bucket that never was versioned"
                        .formatted(what, version),
                Retry.FATAL,
                null);
    }

    private static StoreException refused(String bucket, String why) {
        return new StoreException(
                "bucket %s %s: OSS then ignores x-oss-forbid-overwrite, and create-only puts overwrite. Use a bucket that never was versioned"
                        .formatted(bucket, why),
                Retry.FATAL,
                null);
    }
}
