package io.oxbow.s3stream.store.s3;

import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.store.Body;
import io.oxbow.s3stream.store.StoreMetrics.Operation;
import io.oxbow.s3stream.store.s3.S3Calls.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.MultipartUpload;

/**
 * Uploads a large body in parts, one after the other, straight from the caller's buffers and
 * without memory of its own. Thread-safe.
 *
 * <p>Nothing shows until the upload is completed. One that fails before is aborted; one whose
 * completion got no answer is left alone. One that the store has lost (an operator's rule for
 * incomplete uploads, or another node's {@link #abandon}) begins anew, a bounded number of times.
 */
final class S3Uploads {

    private static final Logger LOG = LoggerFactory.getLogger(S3Uploads.class);

    /** Greatest number of parts; S3's own limit. */
    private static final int PARTS_MAX = 10_000;

    private static final int BEGINNINGS_MAX = 3;

    /** Name of the metadata that marks an object with the upload that made it. */
    private static final String MARK = "oxbow-upload";

    private final S3Config config;
    private final S3Client client;
    private final S3Requests requests;
    private final S3Calls calls;
    private final Environment environment;

    S3Uploads(
            S3Config config,
            S3Client client,
            S3Requests requests,
            S3Calls calls,
            Environment environment) {
        this.config = config;
        this.client = client;
        this.requests = requests;
        this.calls = calls;
        this.environment = environment;
    }

    /**
     * @param mark what the finished object carries
     */
    record Upload(String key, String id, String mark) {}

    Outcome<?> inParts(String key, Body body) {
        for (int beginning = 1; ; beginning++) {
            Outcome<?> outcome = attempt(key, body);
            boolean lost =
                    outcome instanceof Outcome.Failed<?> failed
                            && !failed.mayHaveApplied()
                            && S3Failures.isNoSuchUpload(failed.cause());
            if (!lost || beginning == BEGINNINGS_MAX) {
                return outcome;
            }
            LOG.warn("the store has lost an upload of {} in parts; it begins anew", key);
        }
    }

    private Outcome<?> attempt(String key, Body body) {
        String mark = "%016x".formatted(environment.random().nextLong());
        var request = requests.beginUpload(key, Map.of(MARK, mark));
        Outcome<String> begun =
                calls.repeat(
                        Operation.UPLOAD_BEGIN,
                        () -> client.createMultipartUpload(request).uploadId());
        return switch (begun) {
            // An upload that may have been begun is invisible, so nothing has been applied.
            case Outcome.Failed<String>(SdkException e, _) -> new Outcome.Failed<>(e, false);
            case Outcome.Answered<String>(String id) -> send(new Upload(key, id, mark), body);
        };
    }

    private Outcome<?> send(Upload upload, Body body) {
        long partSize =
                Math.max(config.writing().partSizeBytes(), Math.ceilDiv(body.size(), PARTS_MAX));
        List<CompletedPart> parts = new ArrayList<>();
        for (long position = 0; position < body.size(); position += partSize) {
            Body part = body.part(position, Math.min(partSize, body.size() - position));
            switch (sendPart(upload, parts.size() + 1, part)) {
                case Outcome.Answered<CompletedPart>(CompletedPart sent) -> parts.add(sent);
                case Outcome.Failed<CompletedPart>(SdkException e, _) -> {
                    if (!S3Failures.isNoSuchUpload(e)) {
                        abort(upload);
                    }
                    return new Outcome.Failed<>(e, false);
                }
            }
        }
        return complete(upload, parts, body.size());
    }

    private Outcome<CompletedPart> sendPart(Upload upload, int number, Body body) {
        S3Requests.Part part = requests.part(upload, number, body);
        Outcome<CompletedPart> outcome =
                calls.repeat(
                        Operation.UPLOAD_PART,
                        () -> {
                            var sent = client.uploadPart(part.request(), S3Requests.body(body));
                            return part.completed().eTag(sent.eTag()).build();
                        });
        if (outcome instanceof Outcome.Answered<CompletedPart>) {
            calls.metrics().bytes(Operation.UPLOAD_PART, body.size());
        }
        return outcome;
    }

    private Outcome<?> complete(Upload upload, List<CompletedPart> parts, long size) {
        var request = requests.completeUpload(upload, parts, size);
        Outcome<?> outcome =
                calls.repeat(
                        Operation.UPLOAD_COMPLETE, () -> client.completeMultipartUpload(request));
        if (outcome instanceof Outcome.Failed<?> failed) {
            boolean gone = S3Failures.isNoSuchUpload(failed.cause());
            if (gone && failed.mayHaveApplied() && cameOf(upload)) {
                // An attempt without an answer had completed it.
                return new Outcome.Answered<>(upload);
            }
            if (!gone && !failed.mayHaveApplied()) {
                abort(upload);
            }
        }
        return outcome;
    }

    /** Returns whether the present object was made by this upload. */
    private boolean cameOf(Upload upload) {
        var request = requests.head(upload.key());
        Outcome<Boolean> ours =
                calls.repeat(
                        Operation.HEAD,
                        () ->
                                upload.mark()
                                        .equals(client.headObject(request).metadata().get(MARK)));
        return ours.equals(new Outcome.Answered<>(true));
    }

    private void abort(Upload upload) {
        Outcome<?> outcome = abortOnce(upload);
        if (outcome instanceof Outcome.Failed<?> failed
                && !S3Failures.isNoSuchUpload(failed.cause())) {
            LOG.warn(
                    "parts of the failed upload {} of {} stay behind until uploads are cleared up"
                            + " or the bucket's rule for incomplete uploads removes them: {}",
                    upload.id(),
                    upload.key(),
                    failed.cause().getMessage());
        }
    }

    private Outcome<?> abortOnce(Upload upload) {
        var request = requests.abortUpload(upload);
        return calls.repeat(Operation.UPLOAD_ABORT, () -> client.abortMultipartUpload(request));
    }

    /** Aborts incomplete uploads of others and of earlier runs; returns their number. */
    Outcome<Integer> abandon(String prefix, Duration age) {
        Instant before = Instant.ofEpochMilli(environment.clock().wallMillis()).minus(age);
        int abandoned = 0;
        String afterKey = "";
        String afterId = "";
        while (true) {
            var request = requests.uploads(prefix, afterKey, afterId);
            switch (calls.repeat(
                    Operation.UPLOAD_LIST, () -> client.listMultipartUploads(request))) {
                case Outcome.Answered<ListMultipartUploadsResponse>(var page) -> {
                    for (MultipartUpload upload : page.uploads()) {
                        if (upload.initiated().isBefore(before)) {
                            abort(new Upload(upload.key(), upload.uploadId(), ""));
                            abandoned++;
                        }
                    }
                    if (!Boolean.TRUE.equals(page.isTruncated()) || page.uploads().isEmpty()) {
                        return new Outcome.Answered<>(abandoned);
                    }
                    afterKey = page.uploads().getLast().key();
                    afterId = page.uploads().getLast().uploadId();
                }
                case Outcome.Failed<ListMultipartUploadsResponse>(SdkException e, boolean may) -> {
                    return new Outcome.Failed<>(e, may);
                }
            }
        }
    }
}
