package io.oxbow.s3stream.testkit.oss;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Answer to a request. */
record OssAnswer(int status, Map<String, String> headers, byte[] body) {

    static OssAnswer empty(int status) {
        return new OssAnswer(status, new LinkedHashMap<>(), new byte[0]);
    }

    static OssAnswer xml(String body) {
        return empty(200)
                .with("Content-Type", "application/xml")
                .withBody(
                        ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + body)
                                .getBytes(StandardCharsets.UTF_8));
    }

    OssAnswer with(String header, String value) {
        headers.put(header, value);
        return this;
    }

    OssAnswer withBody(byte[] bytes) {
        return new OssAnswer(status, headers, bytes);
    }
}
