package io.oxbow.s3stream.testkit.oss;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/** Upload under way: parts that are no object yet. */
record OssUpload(
        String key, Instant begun, Map<String, String> headers, TreeMap<Integer, byte[]> parts) {

    synchronized void put(int number, byte[] body) {
        parts.put(number, body);
    }

    synchronized TreeMap<Integer, byte[]> copy() {
        return new TreeMap<>(parts);
    }
}
