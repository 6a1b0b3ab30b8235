package io.oxbow.s3stream.store.s3;

import io.oxbow.s3stream.store.Body;
import io.oxbow.s3stream.store.s3.S3Config.Checksum;
import io.oxbow.s3stream.store.s3.S3Config.Encryption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectsRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

/** Makes the requests to one bucket, each with its time-out. Thread-safe. */
final class S3Requests {

    /** Greatest number of keys in a page of a listing and in a batch of deletes; S3's own limit. */
    static final int PAGE_MAX = 1000;

    private final S3Config config;

    S3Requests(S3Config config) {
        this.config = config;
    }

    static RequestBody body(Body body) {
        return RequestBody.fromContentProvider(
                body::stream, body.size(), "application/octet-stream");
    }

    PutObjectRequest put(String key, Body body) {
        return putting(key, body).build();
    }

    PutObjectRequest create(String key, Body body) {
        return putting(key, body).ifNoneMatch("*").build();
    }

    private PutObjectRequest.Builder putting(String key, Body body) {
        var request =
                PutObjectRequest.builder()
                        .bucket(config.bucket())
                        .key(key)
                        .overrideConfiguration(within(body.size()));
        switch (config.writing().checksum()) {
            case CRC32C -> request.checksumCRC32C(body.crc32c());
            case MD5 -> request.contentMD5(body.md5());
            case NONE -> {}
        }
        Encrypted encrypted = encrypted();
        encrypted.with().ifPresent(request::serverSideEncryption);
        encrypted.key().ifPresent(request::ssekmsKeyId);
        return request;
    }

    GetObjectRequest get(String key, Optional<String> range, long sizeMax) {
        var request =
                GetObjectRequest.builder()
                        .bucket(config.bucket())
                        .key(key)
                        .overrideConfiguration(within(sizeMax));
        range.ifPresent(request::range);
        return request.build();
    }

    HeadObjectRequest head(String key) {
        return HeadObjectRequest.builder()
                .bucket(config.bucket())
                .key(key)
                .overrideConfiguration(within(0))
                .build();
    }

    /**
     * @param after empty for the first key of the prefix on
     * @param token where an empty page said to go on
     */
    ListObjectsV2Request page(String prefix, String after, Optional<String> token, int wanted) {
        var request =
                ListObjectsV2Request.builder()
                        .bucket(config.bucket())
                        .prefix(prefix)
                        .maxKeys(wanted)
                        .overrideConfiguration(within(0));
        if (token.isPresent()) {
            request.continuationToken(token.get());
        } else if (!after.isEmpty()) {
            request.startAfter(after);
        }
        return request.build();
    }

    DeleteObjectsRequest delete(List<String> keys) {
        List<ObjectIdentifier> ids =
                keys.stream().map(key -> ObjectIdentifier.builder().key(key).build()).toList();
        return DeleteObjectsRequest.builder()
                .bucket(config.bucket())
                .delete(d -> d.objects(ids).quiet(true))
                .overrideConfiguration(within(0))
                .build();
    }

    CreateMultipartUploadRequest beginUpload(String key, Map<String, String> marks) {
        var request =
                CreateMultipartUploadRequest.builder()
                        .bucket(config.bucket())
                        .key(key)
                        .metadata(marks)
                        .overrideConfiguration(within(0));
        if (config.writing().checksum() == Checksum.CRC32C) {
            request.checksumAlgorithm(ChecksumAlgorithm.CRC32_C);
        }
        Encrypted encrypted = encrypted();
        encrypted.with().ifPresent(request::serverSideEncryption);
        encrypted.key().ifPresent(request::ssekmsKeyId);
        return request.build();
    }

    /** Part of an upload, with its entry for completing the upload. */
    record Part(UploadPartRequest request, CompletedPart.Builder completed) {}

    Part part(S3Uploads.Upload upload, int number, Body body) {
        var request =
                UploadPartRequest.builder()
                        .bucket(config.bucket())
                        .key(upload.key())
                        .uploadId(upload.id())
                        .partNumber(number)
                        .overrideConfiguration(within(body.size()));
        var completed = CompletedPart.builder().partNumber(number);
        switch (config.writing().checksum()) {
            case CRC32C -> {
                String crc = body.crc32c();
                request.checksumCRC32C(crc);
                completed.checksumCRC32C(crc);
            }
            case MD5 -> request.contentMD5(body.md5());
            case NONE -> {}
        }
        return new Part(request.build(), completed);
    }

    /**
     * Makes the request that completes an upload; its time-out grows with the size, because some
     * stores take long to join parts.
     */
    CompleteMultipartUploadRequest completeUpload(
            S3Uploads.Upload upload, List<CompletedPart> parts, long size) {
        return CompleteMultipartUploadRequest.builder()
                .bucket(config.bucket())
                .key(upload.key())
                .uploadId(upload.id())
                .multipartUpload(m -> m.parts(parts))
                .overrideConfiguration(within(size))
                .build();
    }

    AbortMultipartUploadRequest abortUpload(S3Uploads.Upload upload) {
        return AbortMultipartUploadRequest.builder()
                .bucket(config.bucket())
                .key(upload.key())
                .uploadId(upload.id())
                .overrideConfiguration(within(0))
                .build();
    }

    ListMultipartUploadsRequest uploads(String prefix, String afterKey, String afterId) {
        var request =
                ListMultipartUploadsRequest.builder()
                        .bucket(config.bucket())
                        .prefix(prefix)
                        .maxUploads(PAGE_MAX)
                        .overrideConfiguration(within(0));
        if (!afterKey.isEmpty()) {
            request.keyMarker(afterKey).uploadIdMarker(afterId);
        }
        return request.build();
    }

    private AwsRequestOverrideConfiguration within(long size) {
        Duration timeout = config.limits().timeout(size);
        return AwsRequestOverrideConfiguration.builder().apiCallAttemptTimeout(timeout).build();
    }

    private record Encrypted(Optional<ServerSideEncryption> with, Optional<String> key) {}

    private Encrypted encrypted() {
        return switch (config.writing().encryption()) {
            case Encryption.BucketDefault() -> new Encrypted(Optional.empty(), Optional.empty());
            case Encryption.StoreKeys() ->
                    new Encrypted(Optional.of(ServerSideEncryption.AES256), Optional.empty());
            case Encryption.KeyService(var key, boolean twice) ->
                    new Encrypted(
                            Optional.of(
                                    twice
                                            ? ServerSideEncryption.AWS_KMS_DSSE
                                            : ServerSideEncryption.AWS_KMS),
                            key);
        };
    }
}
