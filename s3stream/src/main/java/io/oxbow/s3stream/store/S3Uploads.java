package io.oxbow.s3stream.store;

import io.oxbow.s3stream.store.S3Calls.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

/** Sends a large body in parts, one after the other. Thread-safe. */
final class S3Uploads {

    private static final Logger LOG = LoggerFactory.getLogger(S3Uploads.class);

    /** S3's bound on the number of parts. */
    private static final int PARTS_MAX = 10_000;

    private final S3Config config;
    private final S3Client client;
    private final S3Calls calls;

    S3Uploads(S3Config config, S3Client client, S3Calls calls) {
        this.config = config;
        this.client = client;
        this.calls = calls;
    }

    Outcome<?> inParts(String key, Body body) {
        Outcome<String> created = calls.repeat(() -> create(key));
        return switch (created) {
            // An upload that may have been begun is invisible, so nothing has been applied.
            case Outcome.Failed<String>(SdkException e, _) -> new Outcome.Failed<>(e, false);
            case Outcome.Answered<String>(String uploadId) -> upload(key, uploadId, body);
        };
    }

    private String create(String key) {
        return client.createMultipartUpload(r ->
                        r.bucket(config.bucket())
                                .key(key)
                                .checksumAlgorithm(ChecksumAlgorithm.CRC32_C))
                .uploadId();
    }

    private Outcome<?> upload(String key, String uploadId, Body body) {
        long partSize = Math.max(config.partSizeBytes(), Math.ceilDiv(body.size(), PARTS_MAX));
        List<CompletedPart> parts = new ArrayList<>();
        for (long position = 0; position < body.size(); position += partSize) {
            Body part = body.part(position, Math.min(partSize, body.size() - position));
            switch (sendPart(key, uploadId, parts.size() + 1, part)) {
                case Outcome.Answered<CompletedPart>(CompletedPart sent) -> parts.add(sent);
                case Outcome.Failed<CompletedPart>(SdkException e, _) -> {
                    abort(key, uploadId);
                    return new Outcome.Failed<>(e, false);
                }
            }
        }
        return complete(key, uploadId, parts, body.size());
    }

    private Outcome<CompletedPart> sendPart(String key, String uploadId, int number, Body part) {
        String crc = part.crc32c();
        UploadPartRequest request =
                UploadPartRequest.builder()
                        .bucket(config.bucket())
                        .key(key)
                        .uploadId(uploadId)
                        .partNumber(number)
                        .checksumCRC32C(crc)
                        .build();
        return calls.repeat(() -> {
            String tag = client.uploadPart(request, S3ObjectStore.requestBody(part)).eTag();
            return CompletedPart.builder().partNumber(number).eTag(tag).checksumCRC32C(crc).build();
        });
    }

    private Outcome<?> complete(String key, String uploadId, List<CompletedPart> parts, long size) {
        CompleteMultipartUploadRequest request =
                CompleteMultipartUploadRequest.builder()
                        .bucket(config.bucket())
                        .key(key)
                        .uploadId(uploadId)
                        .multipartUpload(m -> m.parts(parts))
                        .build();
        Outcome<?> outcome = calls.repeat(() -> client.completeMultipartUpload(request));
        if (outcome instanceof Outcome.Failed<?> failed) {
            boolean gone = "NoSuchUpload".equals(S3Calls.code(failed.cause()));
            if (gone && failed.mayHaveApplied() && isThere(key, size)) {
                // An attempt without an answer had completed it.
                return new Outcome.Answered<>(key);
            }
            if (!failed.mayHaveApplied()) {
                abort(key, uploadId);
            }
        }
        return outcome;
    }

    private boolean isThere(String key, long size) {
        Outcome<Long> head =
                calls.repeat(() ->
                        client.headObject(r -> r.bucket(config.bucket()).key(key)).contentLength());
        return head.equals(new Outcome.Answered<>(size));
    }

    private void abort(String key, String uploadId) {
        try {
            client.abortMultipartUpload(r -> r.bucket(config.bucket()).key(key).uploadId(uploadId));
        } catch (SdkException e) {
            LOG.warn(
                    "parts of the failed upload {} of {} stay behind until the bucket's lifecycle"
                            + " rule for incomplete uploads removes them: {}",
                    uploadId,
                    key,
                    e.getMessage());
        }
    }
}
