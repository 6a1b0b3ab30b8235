package io.oxbow.s3stream.store.oss;

import com.aliyun.oss.OSS;
import com.aliyun.oss.model.AbortMultipartUploadRequest;
import com.aliyun.oss.model.CompleteMultipartUploadRequest;
import com.aliyun.oss.model.GenericRequest;
import com.aliyun.oss.model.InitiateMultipartUploadRequest;
import com.aliyun.oss.model.ListMultipartUploadsRequest;
import com.aliyun.oss.model.MultipartUpload;
import com.aliyun.oss.model.MultipartUploadListing;
import com.aliyun.oss.model.ObjectMetadata;
import com.aliyun.oss.model.PartETag;
import com.aliyun.oss.model.UploadPartRequest;
import io.oxbow.s3stream.S3StreamException.Retry;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.store.Body;
import io.oxbow.s3stream.store.StoreMetrics.Operation;
import io.oxbow.s3stream.store.oss.OssCalls.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Uploads a large body in parts, one after the other, straight from the caller's buffers. The SDK
 * compares each part's CRC-64, and the whole object's, with the store's. Thread-safe.
 *
 * <p>Nothing shows until the upload is completed. One that fails before is aborted; one whose
 * completion got no answer is left alone. One that the store has lost begins anew, a bounded number
 * of times.
 */
final class OssUploads {

    private static final Logger LOG = LoggerFactory.getLogger(OssUploads.class);

    /** Greatest number of parts; OSS's own limit. */
    private static final int PARTS_MAX = 10_000;

    private static final int BEGINNINGS_MAX = 3;

    /** Name of the metadata that marks an object with the upload that made it. */
    private static final String MARK = "oxbow-upload";

    private final OssConfig config;
    private final OSS client;
    private final OssCalls calls;
    private final Environment environment;

    OssUploads(OssConfig config, OSS client, OssCalls calls, Environment environment) {
        this.config = config;
        this.client = client;
        this.calls = calls;
        this.environment = environment;
    }

    /**
     * @param mark what the finished object carries
     */
    private record Upload(String key, String id, String mark) {}

    Outcome<?> inParts(String key, Body body) {
        for (int beginning = 1; ; beginning++) {
            Outcome<?> outcome = attempt(key, body);
            boolean lost =
                    outcome instanceof Outcome.Failed<?>(OssFailure failure, boolean mayHaveApplied)
                            && !mayHaveApplied
                            && failure.saysNoSuchUpload();
            if (!lost || beginning == BEGINNINGS_MAX) {
                return outcome;
            }
            LOG.warn("the store has lost an upload of {} in parts; it begins anew", key);
        }
    }

    private Outcome<?> attempt(String key, Body body) {
        String mark = "%016x".formatted(environment.random().nextLong());
        ObjectMetadata metadata = OssRequests.metadata(config);
        metadata.addUserMetadata(MARK, mark);
        var request =
                OssRequests.unlogged(
                        new InitiateMultipartUploadRequest(config.bucket(), key, metadata));
        return switch (calls.repeat(
                Operation.UPLOAD_BEGIN,
                () -> client.initiateMultipartUpload(request).getUploadId())) {
            // An upload that may have been begun is invisible, so nothing has been applied.
            case Outcome.Failed<String>(OssFailure failure, _) ->
                    new Outcome.Failed<>(failure, false);
            case Outcome.Answered<String>(String id) -> send(new Upload(key, id, mark), body);
        };
    }

    private Outcome<?> send(Upload upload, Body body) {
        long partSize =
                Math.max(config.limits().partSizeBytes(), Math.ceilDiv(body.size(), PARTS_MAX));
        List<PartETag> parts = new ArrayList<>();
        for (long position = 0; position < body.size(); position += partSize) {
            Body part = body.part(position, Math.min(partSize, body.size() - position));
            switch (sendPart(upload, parts.size() + 1, part)) {
                case Outcome.Answered<PartETag>(PartETag sent) -> parts.add(sent);
                case Outcome.Failed<PartETag>(OssFailure failure, _) -> {
                    if (!failure.saysNoSuchUpload()) {
                        abort(upload);
                    }
                    return new Outcome.Failed<>(failure, false);
                }
            }
        }
        return complete(upload, parts);
    }

    private Outcome<PartETag> sendPart(Upload upload, int number, Body part) {
        Outcome<PartETag> outcome =
                calls.repeat(
                        Operation.UPLOAD_PART,
                        () -> {
                            var request =
                                    OssRequests.unlogged(
                                            new UploadPartRequest(config.bucket(), upload.key()));
                            request.setUploadId(upload.id());
                            request.setPartNumber(number);
                            request.setPartSize(part.size());
                            request.setInputStream(OssRequests.stream(part));
                            return client.uploadPart(request).getPartETag();
                        });
        if (outcome instanceof Outcome.Answered<PartETag>) {
            calls.metrics().bytes(Operation.UPLOAD_PART, part.size());
        }
        return outcome;
    }

    private Outcome<?> complete(Upload upload, List<PartETag> parts) {
        Outcome<?> outcome =
                calls.repeat(
                        Operation.UPLOAD_COMPLETE,
                        () ->
                                client.completeMultipartUpload(
                                        OssRequests.unlogged(
                                                new CompleteMultipartUploadRequest(
                                                        config.bucket(),
                                                        upload.key(),
                                                        upload.id(),
                                                        new ArrayList<>(parts)))));
        if (outcome instanceof Outcome.Failed<?>(OssFailure failure, boolean mayHaveApplied)) {
            boolean gone = failure.saysNoSuchUpload();
            if (gone && mayHaveApplied && cameOf(upload)) {
                // An attempt without an answer had completed it.
                return new Outcome.Answered<>(upload);
            }
            if (!gone && !mayHaveApplied) {
                abort(upload);
            }
        }
        return outcome;
    }

    /** Returns whether the present object was made by this upload. */
    private boolean cameOf(Upload upload) {
        var request = OssRequests.unlogged(new GenericRequest(config.bucket(), upload.key()));
        return calls.repeat(
                        Operation.HEAD,
                        () -> mark(client.getObjectMetadata(request)).equals(upload.mark()))
                .equals(new Outcome.Answered<>(true));
    }

    /**
     * Returns the upload's mark in the object's metadata. The SDK recognises user metadata by a
     * prefix in lower case only.
     */
    private static String mark(ObjectMetadata metadata) {
        Object mark = metadata.getUserMetadata().get(MARK);
        for (Map.Entry<String, Object> header : metadata.getRawMetadata().entrySet()) {
            if (header.getKey().equalsIgnoreCase("x-oss-meta-" + MARK)) {
                mark = header.getValue();
            }
        }
        return String.valueOf(mark);
    }

    private void abort(Upload upload) {
        var request =
                OssRequests.unlogged(
                        new AbortMultipartUploadRequest(
                                config.bucket(), upload.key(), upload.id()));
        Outcome<?> outcome =
                calls.repeat(Operation.UPLOAD_ABORT, () -> client.abortMultipartUpload(request));
        if (outcome instanceof Outcome.Failed<?>(OssFailure failure, _)
                && !failure.saysNoSuchUpload()) {
            LOG.warn(
                    "parts of a failed upload stay behind until uploads are cleared up or the"
                            + " bucket's rule for incomplete uploads removes them: {}",
                    failure.explain(
                                    "abort of upload %s of %s".formatted(upload.id(), upload.key()),
                                    Retry.UNKNOWN)
                            .getMessage());
        }
    }

    /** Aborts incomplete uploads of others and of earlier runs; returns their number. */
    Outcome<Integer> abandon(String prefix, Duration age) {
        Instant before = Instant.ofEpochMilli(environment.clock().wallMillis()).minus(age);
        int abandoned = 0;
        var request = OssRequests.unlogged(new ListMultipartUploadsRequest(config.bucket()));
        request.setPrefix(prefix);
        request.setEncodingType(OssKeys.URL);
        while (true) {
            switch (calls.repeat(
                    Operation.UPLOAD_LIST, () -> client.listMultipartUploads(request))) {
                case Outcome.Answered<MultipartUploadListing>(var page) -> {
                    List<MultipartUpload> uploads = page.getMultipartUploads();
                    for (MultipartUpload upload : uploads) {
                        if (upload.getInitiated().toInstant().isBefore(before)) {
                            String key = OssKeys.decoded(upload.getKey(), OssKeys.URL);
                            abort(new Upload(key, upload.getUploadId(), ""));
                            abandoned++;
                        }
                    }
                    if (!page.isTruncated() || uploads.isEmpty()) {
                        return new Outcome.Answered<>(abandoned);
                    }
                    request.setKeyMarker(OssKeys.decoded(uploads.getLast().getKey(), OssKeys.URL));
                    request.setUploadIdMarker(uploads.getLast().getUploadId());
                }
                case Outcome.Failed<MultipartUploadListing>(OssFailure failure, boolean may) -> {
                    return new Outcome.Failed<>(failure, may);
                }
            }
        }
    }
}
