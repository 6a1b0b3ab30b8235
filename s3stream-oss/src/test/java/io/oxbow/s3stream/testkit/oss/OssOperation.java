package io.oxbow.s3stream.testkit.oss;

/** Kind of a request, by OSS's own names. */
public enum OssOperation {
    GET_BUCKET_VERSIONING,
    LIST_OBJECTS_V2,
    LIST_MULTIPART_UPLOADS,
    DELETE_MULTIPLE_OBJECTS,
    PUT_OBJECT,
    GET_OBJECT,
    HEAD_OBJECT,
    GET_OBJECT_META,
    DELETE_OBJECT,
    INITIATE_MULTIPART_UPLOAD,
    UPLOAD_PART,
    COMPLETE_MULTIPART_UPLOAD,
    ABORT_MULTIPART_UPLOAD,
    UNKNOWN;

    static OssOperation of(OssRequest request) {
        boolean onObject = !request.key().isEmpty();
        return switch (request.method()) {
            case "GET" -> onObject ? GET_OBJECT : ofBucketRead(request);
            case "HEAD" ->
                    !onObject ? UNKNOWN : request.has("objectMeta") ? GET_OBJECT_META : HEAD_OBJECT;
            case "PUT" ->
                    !onObject ? UNKNOWN : request.has("partNumber") ? UPLOAD_PART : PUT_OBJECT;
            case "POST" -> onObject ? ofObjectPost(request) : ofBucketPost(request);
            case "DELETE" ->
                    !onObject
                            ? UNKNOWN
                            : request.has("uploadId") ? ABORT_MULTIPART_UPLOAD : DELETE_OBJECT;
            default -> UNKNOWN;
        };
    }

    private static OssOperation ofBucketRead(OssRequest request) {
        if (request.has("versioning")) {
            return GET_BUCKET_VERSIONING;
        }
        if (request.has("uploads")) {
            return LIST_MULTIPART_UPLOADS;
        }
        return "2".equals(request.parameter("list-type")) ? LIST_OBJECTS_V2 : UNKNOWN;
    }

    private static OssOperation ofObjectPost(OssRequest request) {
        if (request.has("uploads")) {
            return INITIATE_MULTIPART_UPLOAD;
        }
        return request.has("uploadId") ? COMPLETE_MULTIPART_UPLOAD : UNKNOWN;
    }

    private static OssOperation ofBucketPost(OssRequest request) {
        return request.has("delete") ? DELETE_MULTIPLE_OBJECTS : UNKNOWN;
    }
}
