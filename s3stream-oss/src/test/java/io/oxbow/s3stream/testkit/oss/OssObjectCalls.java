package io.oxbow.s3stream.testkit.oss;

import io.oxbow.s3stream.testkit.oss.OssBucket.StoredObject;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Answers requests about one object. */
final class OssObjectCalls {

    private static final DateTimeFormatter HTTP_TIME =
            DateTimeFormatter.RFC_1123_DATE_TIME.withZone(ZoneOffset.UTC);
    private static final Pattern RANGE = Pattern.compile("bytes=([0-9]*)-([0-9]*)");
    private static final Set<String> KEPT =
            Set.of(
                    "content-type",
                    "x-oss-server-side-encryption",
                    "x-oss-server-side-encryption-key-id");
    private static final Set<String> ENCRYPTIONS = Set.of("AES256", "KMS", "SM4");

    private OssObjectCalls() {}

    static OssAnswer put(OssBucket bucket, OssRequest request) {
        for (String header : Set.of("if-none-match", "if-match")) {
            if (!request.header(header).isEmpty()) {
                throw OssError.notImplemented(header);
            }
        }
        checkBody(request);
        boolean forbid = forbidsOverwrite(request);
        var object =
                new StoredObject(
                        request.body(),
                        OssBucket.etag(request.body()),
                        "Normal",
                        Instant.now(),
                        kept(request));
        return bucket.store(request.key(), object, forbid)
                .with(
                        "Content-MD5",
                        Base64.getEncoder().encodeToString(OssBucket.md5(request.body())));
    }

    static void checkBody(OssRequest request) {
        if (request.header("content-length").isEmpty()
                && !request.header("transfer-encoding").equalsIgnoreCase("chunked")) {
            throw new OssError(
                    411,
                    "MissingContentLength",
                    "0017-00000301",
                    "You must provide the Content-Length HTTP header.");
        }
        String md5 = request.header("content-md5");
        if (!md5.isEmpty()
                && !md5.equals(Base64.getEncoder().encodeToString(OssBucket.md5(request.body())))) {
            throw new OssError(
                    400,
                    "InvalidDigest",
                    "0017-00000503",
                    "The Content-MD5 you specified did not match what we received.");
        }
    }

    static boolean forbidsOverwrite(OssRequest request) {
        return switch (request.header("x-oss-forbid-overwrite")) {
            case "", "false" -> false;
            case "true" -> true;
            default ->
                    throw OssError.invalidArgument("x-oss-forbid-overwrite must be true or false.");
        };
    }

    static Map<String, String> kept(OssRequest request) {
        String encryption = request.header("x-oss-server-side-encryption");
        if (!encryption.isEmpty() && !ENCRYPTIONS.contains(encryption)) {
            throw new OssError(
                    400,
                    "InvalidEncryptionAlgorithmError",
                    "0017-00000401",
                    "The Encryption request you specified is not valid.");
        }
        Map<String, String> kept = new TreeMap<>(request.headers());
        kept.keySet().removeIf(name -> !KEPT.contains(name) && !name.startsWith("x-oss-meta-"));
        return kept;
    }

    static OssAnswer get(OssBucket bucket, OssRequest request) {
        StoredObject object = bucket.object(request.key());
        String match = request.header("if-match");
        if (!match.isEmpty() && !match.equals(object.etag())) {
            throw new OssError(
                    412,
                    "PreconditionFailed",
                    "0021-00000002",
                    "At least one of the pre-conditions you specified did not hold.",
                    "<Condition>If-Match</Condition>");
        }
        if (object.etag().equals(request.header("if-none-match"))) {
            return OssAnswer.empty(304).with("ETag", object.etag());
        }
        String range = request.header("range");
        return range.isEmpty()
                ? described(object, 200).withBody(object.body())
                : part(object, range, request.header("x-oss-range-behavior"));
    }

    /**
     * Returns the range's bytes; a range not wholly within the object is ignored, unless the
     * request asks for the standard behaviour.
     */
    private static OssAnswer part(StoredObject object, String range, String behavior) {
        Matcher parsed = RANGE.matcher(range);
        int size = object.body().length;
        boolean standard = behavior.equals("standard");
        if (!parsed.matches() || parsed.group(1).isEmpty() && parsed.group(2).isEmpty()) {
            return described(object, 200).withBody(object.body());
        }
        boolean suffix = parsed.group(1).isEmpty();
        long wanted = parsed.group(2).isEmpty() ? size - 1L : Long.parseLong(parsed.group(2));
        long from = suffix ? size - wanted : Long.parseLong(parsed.group(1));
        long to = suffix ? size - 1L : wanted;
        boolean within = from >= 0 && from <= to && to < size;
        if (!within && !standard) {
            return described(object, 200).withBody(object.body());
        }
        from = Math.max(from, 0);
        if (from >= size || from > to) {
            throw new OssError(
                    416,
                    "InvalidRange",
                    "0026-00000032",
                    "The requested range cannot be satisfied.",
                    "<ActualObjectSize>" + size + "</ActualObjectSize>");
        }
        to = Math.min(to, size - 1L);
        return described(object, 206)
                .with("Content-Range", "bytes %d-%d/%d".formatted(from, to, size))
                .withBody(Arrays.copyOfRange(object.body(), (int) from, (int) to + 1));
    }

    static OssAnswer head(OssBucket bucket, OssRequest request) {
        StoredObject object = bucket.object(request.key());
        return described(object, 200).withBody(object.body());
    }

    /** Answers with an object's metadata, in fewer headers than HEAD. */
    static OssAnswer meta(OssBucket bucket, OssRequest request) {
        StoredObject object = bucket.object(request.key());
        return OssAnswer.empty(200)
                .with("ETag", object.etag())
                .with("Last-Modified", HTTP_TIME.format(object.modified()))
                .withBody(object.body());
    }

    private static OssAnswer described(StoredObject object, int status) {
        OssAnswer answer =
                OssAnswer.empty(status)
                        .with("ETag", object.etag())
                        .with("Last-Modified", HTTP_TIME.format(object.modified()))
                        .with("Accept-Ranges", "bytes")
                        .with("x-oss-object-type", object.type())
                        .with("x-oss-storage-class", "Standard")
                        .with(
                                "x-oss-hash-crc64ecma",
                                Long.toUnsignedString(Crc64.of(object.body())));
        object.headers().forEach(answer::with);
        return answer;
    }

    static OssAnswer delete(OssBucket bucket, OssRequest request) {
        bucket.delete(request.key());
        return OssAnswer.empty(204);
    }
}
