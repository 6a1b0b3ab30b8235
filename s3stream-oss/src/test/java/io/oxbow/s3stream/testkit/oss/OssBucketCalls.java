package io.oxbow.s3stream.testkit.oss;

import io.oxbow.s3stream.testkit.oss.OssBucket.StoredObject;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.w3c.dom.Element;

/** Answers requests about a bucket. */
final class OssBucketCalls {

    private static final int KEYS_MAX = 1000;
    private static final int KEYS_DEFAULT = 100;
    static final DateTimeFormatter XML_TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final Set<String> LIST_PARAMETERS =
            Set.of("list-type", "prefix", "start-after", "max-keys", "encoding-type");

    private OssBucketCalls() {}

    static OssAnswer versioning(OssBucket bucket) {
        String status =
                switch (bucket.versioning()) {
                    case NEVER -> "";
                    case ENABLED -> "<Status>Enabled</Status>";
                    case SUSPENDED -> "<Status>Suspended</Status>";
                };
        return OssAnswer.xml("<VersioningConfiguration>" + status + "</VersioningConfiguration>");
    }

    static OssAnswer list(OssBucket bucket, OssRequest request) {
        for (String name : request.parameters().keySet()) {
            if (!LIST_PARAMETERS.contains(name)) {
                throw OssError.notImplemented(name);
            }
        }
        boolean url = request.parameter("encoding-type").equals("url");
        int max =
                request.has("max-keys")
                        ? Integer.parseInt(request.parameter("max-keys"))
                        : KEYS_DEFAULT;
        if (max < 1 || max > KEYS_MAX) {
            throw OssError.invalidArgument("Argument maxKeys must be an integer in [1, 1000].");
        }
        String prefix = request.parameter("prefix");
        List<String> contents = new ArrayList<>();
        boolean truncated = false;
        for (Map.Entry<String, StoredObject> entry :
                bucket.after(request.parameter("start-after")).entrySet()) {
            if (entry.getKey().startsWith(prefix)) {
                truncated = contents.size() == max;
                if (truncated) {
                    break;
                }
                contents.add(content(entry, url));
            }
        }
        return OssAnswer.xml(
                "<ListBucketResult><Name>%s</Name><Prefix>%s</Prefix><StartAfter>%s</StartAfter><MaxKeys>%d</MaxKeys>%s<IsTruncated>%s</IsTruncated>%s%s<KeyCount>%d</KeyCount></ListBucketResult>"
                        .formatted(
                                request.bucket(),
                                OssXml.encoded(prefix, url),
                                OssXml.encoded(request.parameter("start-after"), url),
                                max,
                                url ? "<EncodingType>url</EncodingType>" : "",
                                truncated,
                                truncated
                                        ? "<NextContinuationToken>none-here</NextContinuationToken>"
                                        : "",
                                String.join("", contents),
                                contents.size()));
    }

    private static String content(Map.Entry<String, StoredObject> entry, boolean url) {
        StoredObject object = entry.getValue();
        return "<Contents><Key>%s</Key><LastModified>%s</LastModified><ETag>%s</ETag><Type>%s</Type><Size>%d</Size><StorageClass>Standard</StorageClass></Contents>"
                .formatted(
                        OssXml.encoded(entry.getKey(), url),
                        XML_TIME.format(object.modified()),
                        OssXml.escaped(object.etag()),
                        object.type(),
                        object.body().length);
    }

    /**
     * Deletes many keys: a key without an object counts as deleted, and quiet mode answers with no
     * body.
     */
    static OssAnswer deleteMany(OssBucket bucket, OssRequest request) {
        if (request.header("content-md5").isEmpty()) {
            throw new OssError(
                    400, "MissingArgument", "0016-00000502", "Missing Some Required Arguments.");
        }
        OssObjectCalls.checkBody(request);
        Element root = OssXml.parsed(request.body());
        List<Element> named = OssXml.children(root, "Object");
        if (named.isEmpty() || named.size() > KEYS_MAX) {
            throw new OssError(
                    400,
                    "MalformedXML",
                    "0016-00000101",
                    "The XML you provided was not well-formed or did not validate against our published schema.");
        }
        boolean url =
                request.header("encoding-type").equals("url")
                        || request.parameter("encoding-type").equals("url");
        var deleted = new StringBuilder();
        for (Element object : named) {
            String key = OssXml.text(object, "Key");
            bucket.delete(key);
            deleted.append("<Deleted><Key>")
                    .append(OssXml.encoded(key, url))
                    .append("</Key></Deleted>");
        }
        if (OssXml.text(root, "Quiet").equals("true")) {
            return OssAnswer.empty(200);
        }
        return OssAnswer.xml(
                "<DeleteResult>%s%s</DeleteResult>"
                        .formatted(url ? "<EncodingType>url</EncodingType>" : "", deleted));
    }
}
