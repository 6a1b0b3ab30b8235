package io.oxbow.s3stream.testkit.oss;

import io.oxbow.s3stream.testkit.oss.OssBucket.StoredObject;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.w3c.dom.Element;

/** Answers requests about uploads in parts. */
final class OssUploadCalls {

    private static final int PARTS_MAX = 10_000;
    private static final int PART_SIZE_MIN = 100 << 10;
    private static final int UPLOADS_MAX = 1000;
    private static final Set<String> LIST_PARAMETERS =
            Set.of(
                    "uploads",
                    "prefix",
                    "encoding-type",
                    "key-marker",
                    "upload-id-marker",
                    "max-uploads");

    private OssUploadCalls() {}

    static OssAnswer initiate(OssBucket bucket, OssRequest request) {
        String id =
                bucket.begin(
                        new OssUpload(
                                request.key(),
                                Instant.now(),
                                OssObjectCalls.kept(request),
                                new TreeMap<>()));
        return OssAnswer.xml(
                "<InitiateMultipartUploadResult><Bucket>%s</Bucket><Key>%s</Key><UploadId>%s</UploadId></InitiateMultipartUploadResult>"
                        .formatted(request.bucket(), OssXml.escaped(request.key()), id));
    }

    static OssAnswer uploadPart(OssBucket bucket, OssRequest request) {
        OssUpload upload = bucket.upload(request.parameter("uploadId"), request.key());
        int number = Integer.parseInt(request.parameter("partNumber"));
        if (number < 1 || number > PARTS_MAX) {
            throw OssError.invalidArgument(
                    "Part number must be an integer between 1 and 10000, inclusive.");
        }
        OssObjectCalls.checkBody(request);
        upload.put(number, request.body());
        return OssAnswer.empty(200)
                .with("ETag", OssBucket.etag(request.body()))
                .with("x-oss-hash-crc64ecma", Long.toUnsignedString(Crc64.of(request.body())));
    }

    static OssAnswer complete(OssBucket bucket, OssRequest request) {
        String id = request.parameter("uploadId");
        OssUpload upload = bucket.upload(id, request.key());
        List<Element> named = OssXml.children(OssXml.parsed(request.body()), "Part");
        TreeMap<Integer, byte[]> parts = upload.copy();
        var body = new ByteArrayOutputStream();
        var digests = new ByteArrayOutputStream();
        int last = 0;
        for (int i = 0; i < named.size(); i++) {
            int number = Integer.parseInt(OssXml.text(named.get(i), "PartNumber"));
            byte[] part = parts.get(number);
            checkPart(named.get(i), number, last, part);
            if (part.length < PART_SIZE_MIN && i < named.size() - 1) {
                throw new OssError(
                        400,
                        "EntityTooSmall",
                        "0042-00000204",
                        "Your proposed upload is smaller than the minimum allowed size.");
            }
            body.writeBytes(part);
            digests.writeBytes(OssBucket.md5(part));
            last = number;
        }
        String etag = OssBucket.etag(digests.toByteArray()).replaceAll("\"$", "");
        var object =
                new StoredObject(
                        body.toByteArray(),
                        etag + "-" + named.size() + '"',
                        "Multipart",
                        Instant.now(),
                        upload.headers());
        OssAnswer stored =
                bucket.complete(id, upload, object, OssObjectCalls.forbidsOverwrite(request));
        OssAnswer answer =
                OssAnswer.xml(
                        "<CompleteMultipartUploadResult><Location>http://%s/%s</Location><Bucket>%s</Bucket><Key>%s</Key><ETag>%s</ETag></CompleteMultipartUploadResult>"
                                .formatted(
                                        request.host(),
                                        OssXml.escaped(request.key()),
                                        request.bucket(),
                                        OssXml.escaped(request.key()),
                                        OssXml.escaped(object.etag())));
        stored.headers().forEach(answer::with);
        return answer;
    }

    private static void checkPart(Element named, int number, int last, byte[] part) {
        if (number <= last) {
            throw new OssError(
                    400,
                    "InvalidPartOrder",
                    "0042-00000208",
                    "The list of parts was not in ascending order.");
        }
        if (part == null || !OssBucket.etag(part).equals(OssXml.text(named, "ETag"))) {
            throw new OssError(
                    400,
                    "InvalidPart",
                    "0042-00000205",
                    "One or more of the specified parts could not be found or the specified entity tag might not have matched the part's entity tag.");
        }
    }

    /** Lists uploads in order of key, then id, in pages of the requested size. */
    static OssAnswer list(OssBucket bucket, OssRequest request) {
        for (String name : request.parameters().keySet()) {
            if (!LIST_PARAMETERS.contains(name)) {
                throw OssError.notImplemented(name);
            }
        }
        boolean url = request.parameter("encoding-type").equals("url");
        String after =
                request.parameter("key-marker") + '\n' + request.parameter("upload-id-marker");
        int max =
                request.has("max-uploads")
                        ? Integer.parseInt(request.parameter("max-uploads"))
                        : UPLOADS_MAX;
        TreeMap<String, String> found = new TreeMap<>();
        bucket.uploads()
                .forEach((id, upload) -> {
                    if (upload.key().startsWith(request.parameter("prefix"))) {
                        found.put(upload.key() + '\n' + id, entry(id, upload, url));
                    }
                });
        var page = found.tailMap(after, false).values().stream().limit(max).toList();
        return OssAnswer.xml(
                "<ListMultipartUploadsResult><Bucket>%s</Bucket>%s<MaxUploads>%d</MaxUploads><IsTruncated>%s</IsTruncated>%s</ListMultipartUploadsResult>"
                        .formatted(
                                request.bucket(),
                                url ? "<EncodingType>url</EncodingType>" : "",
                                max,
                                found.tailMap(after, false).size() > max,
                                String.join("", page)));
    }

    private static String entry(String id, OssUpload upload, boolean url) {
        return "<Upload><Key>%s</Key><UploadId>%s</UploadId><Initiated>%s</Initiated></Upload>"
                .formatted(
                        OssXml.encoded(upload.key(), url),
                        id,
                        OssBucketCalls.XML_TIME.format(upload.begun()));
    }

    static OssAnswer abort(OssBucket bucket, OssRequest request) {
        bucket.abort(request.parameter("uploadId"), request.key());
        return OssAnswer.empty(204);
    }
}
