package io.oxbow.s3stream.store;

import com.aliyun.oss.OSS;
import com.aliyun.oss.model.AbortMultipartUploadRequest;
import com.aliyun.oss.model.CompleteMultipartUploadRequest;
import com.aliyun.oss.model.GenericRequest;
import com.aliyun.oss.model.InitiateMultipartUploadRequest;
import com.aliyun.oss.model.PartETag;
import com.aliyun.oss.model.UploadPartRequest;
import io.oxbow.s3stream.S3StreamException.Retry;
import io.oxbow.s3stream.store.OssCalls.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a large body in parts, one after the other; the SDK compares each part's CRC-64, and the
 * whole object's, with what the store says. Thread-safe.
 */
final class OssUploads {

    private static final Logger LOG = LoggerFactory.getLogger(OssUploads.class);

    /** OSS's bound on the number of parts. */
    private static final int PARTS_MAX = 10_000;

    private final OssConfig config;
    private final OSS client;
    private final OssCalls calls;

    OssUploads(OssConfig config, OSS client, OssCalls calls) {
        this.config = config;
        this.client = client;
        this.calls = calls;
    }

    Outcome<?> inParts(String key, Body body) {
        var request =
                OssRequests.unlogged(
                        new InitiateMultipartUploadRequest(
                                config.bucket(), key, OssRequests.metadata(config)));
        return switch (calls.repeat(() -> client.initiateMultipartUpload(request).getUploadId())) {
            // An upload that may have been begun is invisible, so nothing has been applied.
            case Outcome.Failed<String>(OssFailure failure, _) ->
                    new Outcome.Failed<>(failure, false);
            case Outcome.Answered<String>(String uploadId) -> upload(key, uploadId, body);
        };
    }

    private Outcome<?> upload(String key, String uploadId, Body body) {
        long partSize =
                Math.max(config.limits().partSizeBytes(), Math.ceilDiv(body.size(), PARTS_MAX));
        List<PartETag> parts = new ArrayList<>();
        for (long position = 0; position < body.size(); position += partSize) {
            Body part = body.part(position, Math.min(partSize, body.size() - position));
            switch (sendPart(key, uploadId, parts.size() + 1, part)) {
                case Outcome.Answered<PartETag>(PartETag sent) -> parts.add(sent);
                case Outcome.Failed<PartETag>(OssFailure failure, _) -> {
                    abort(key, uploadId);
                    return new Outcome.Failed<>(failure, false);
                }
            }
        }
        return complete(key, uploadId, parts, body.size());
    }

    private Outcome<PartETag> sendPart(String key, String uploadId, int number, Body part) {
        return calls.repeat(() -> {
            var request = OssRequests.unlogged(new UploadPartRequest(config.bucket(), key));
            request.setUploadId(uploadId);
            request.setPartNumber(number);
            request.setPartSize(part.size());
            request.setInputStream(OssRequests.stream(part));
            return client.uploadPart(request).getPartETag();
        });
    }

    private Outcome<?> complete(String key, String uploadId, List<PartETag> parts, long size) {
        Outcome<?> outcome =
                calls.repeat(() ->
                        client.completeMultipartUpload(
                                OssRequests.unlogged(
                                        new CompleteMultipartUploadRequest(
                                                config.bucket(),
                                                key,
                                                uploadId,
                                                new ArrayList<>(parts)))));
        if (outcome instanceof Outcome.Failed<?>(OssFailure failure, boolean mayHaveApplied)) {
            if (failure.saysNoSuchUpload() && mayHaveApplied && isThere(key, size)) {
                // An attempt without an answer had completed it.
                return new Outcome.Answered<>(key);
            }
            if (!mayHaveApplied) {
                abort(key, uploadId);
            }
        }
        return outcome;
    }

    private boolean isThere(String key, long size) {
        var request = OssRequests.unlogged(new GenericRequest(config.bucket(), key));
        return calls.repeat(() -> client.getSimplifiedObjectMeta(request).getSize())
                .equals(new Outcome.Answered<>(size));
    }

    private void abort(String key, String uploadId) {
        try {
            client.abortMultipartUpload(
                    OssRequests.unlogged(
                            new AbortMultipartUploadRequest(config.bucket(), key, uploadId)));
        } catch (RuntimeException e) {
            LOG.warn(
                    "parts of a failed upload stay behind until the bucket's lifecycle rule for"
                            + " incomplete uploads removes them: {}",
                    OssFailure.of(e)
                            .explain("abort of upload " + uploadId + " of " + key, Retry.UNKNOWN)
                            .getMessage());
        }
    }
}
