package io.oxbow.s3stream.testkit.oss;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Error answer of OSS. */
final class OssError extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final String ec;
    private final String extra;

    OssError(int status, String code, String ec, String message) {
        this(status, code, ec, message, "");
    }

    OssError(int status, String code, String ec, String message, String extra) {
        super(message);
        this.status = status;
        this.code = code;
        this.ec = ec;
        this.extra = extra;
    }

    static OssError noSuchKey(String key) {
        return new OssError(
                404,
                "NoSuchKey",
                "0026-00000001",
                "The specified key does not exist.",
                "<Key>" + OssXml.escaped(key) + "</Key>");
    }

    static OssError noSuchUpload(String uploadId) {
        return new OssError(
                404,
                "NoSuchUpload",
                "0042-00000311",
                "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.",
                "<UploadId>" + OssXml.escaped(uploadId) + "</UploadId>");
    }

    static OssError fileAlreadyExists() {
        return new OssError(
                409,
                "FileAlreadyExists",
                "0026-00000002",
                "The object you specified already exists and can not be overwritten.");
    }

    static OssError invalidArgument(String message) {
        return new OssError(400, "InvalidArgument", "0017-00000902", message);
    }

    static OssError notImplemented(String what) {
        return new OssError(
                501,
                "NotImplemented",
                "0017-00000804",
                "A header you provided implies functionality that is not implemented.",
                "<Header>" + OssXml.escaped(what) + "</Header>");
    }

    /** Returns the answer to a request; for HEAD it has no body, but a header with the error. */
    OssAnswer answer(OssRequest request, String requestId) {
        String body =
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error>\n  <Code>%s</Code>\n  <Message>%s</Message>\n  <RequestId>%s</RequestId>\n  <HostId>%s</HostId>\n  %s<EC>%s</EC>\n</Error>\n"
                        .formatted(
                                code,
                                OssXml.escaped(getMessage()),
                                requestId,
                                request.host(),
                                extra,
                                ec);
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        OssAnswer answer =
                OssAnswer.empty(status)
                        .with("Content-Type", "application/xml")
                        .with("x-oss-ec", ec);
        return request.method().equals("HEAD")
                ? answer.with("x-oss-err", Base64.getEncoder().encodeToString(bytes))
                : answer.withBody(bytes);
    }
}
