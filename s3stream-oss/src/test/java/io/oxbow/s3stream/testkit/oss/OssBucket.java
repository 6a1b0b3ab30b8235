package io.oxbow.s3stream.testkit.oss;

import io.oxbow.s3stream.store.Keys;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Bucket of the stand-in: objects, uploads under way and the versioning state. Everything under its
 * own monitor.
 */
final class OssBucket {

    /** Object's body and its headers. */
    record StoredObject(
            byte[] body, String etag, String type, Instant modified, Map<String, String> headers) {}

    /** State of versioning, as last set. */
    enum Versioning {
        NEVER,
        ENABLED,
        SUSPENDED
    }

    private final NavigableMap<String, StoredObject> objects = new TreeMap<>(Keys.ORDER);
    private final Map<String, OssUpload> uploads = new TreeMap<>();
    private Versioning versioning = Versioning.NEVER;
    private long versions;
    private long begun;

    synchronized void setVersioning(Versioning state) {
        versioning = state;
    }

    synchronized Versioning versioning() {
        return versioning;
    }

    /**
     * Stores an object; an existing one prevents that only in a bucket that never was versioned.
     */
    synchronized OssAnswer store(String key, StoredObject object, boolean forbidOverwrite) {
        if (forbidOverwrite && versioning == Versioning.NEVER && objects.containsKey(key)) {
            throw OssError.fileAlreadyExists();
        }
        objects.put(key, object);
        OssAnswer answer =
                OssAnswer.empty(200)
                        .with("ETag", object.etag())
                        .with(
                                "x-oss-hash-crc64ecma",
                                Long.toUnsignedString(Crc64.of(object.body())));
        return switch (versioning) {
            case NEVER -> answer;
            case ENABLED -> answer.with("x-oss-version-id", "CAEQ%020d".formatted(++versions));
            case SUSPENDED -> answer.with("x-oss-version-id", "null");
        };
    }

    synchronized StoredObject object(String key) {
        StoredObject found = objects.get(key);
        if (found == null) {
            throw OssError.noSuchKey(key);
        }
        return found;
    }

    synchronized void delete(String key) {
        objects.remove(key);
    }

    /** Returns the objects with keys greater than {@code after}, in order. */
    synchronized NavigableMap<String, StoredObject> after(String after) {
        return new TreeMap<>(objects.tailMap(after, false));
    }

    synchronized String begin(OssUpload upload) {
        String id = "%032X".formatted(++begun);
        uploads.put(id, upload);
        return id;
    }

    synchronized OssUpload upload(String id, String key) {
        OssUpload found = uploads.get(id);
        if (found == null || !found.key().equals(key)) {
            throw OssError.noSuchUpload(id);
        }
        return found;
    }

    /** Takes an upload out and stores its object, as one step. */
    synchronized OssAnswer complete(
            String id, OssUpload upload, StoredObject object, boolean forbidOverwrite) {
        upload(id, upload.key());
        OssAnswer answer = store(upload.key(), object, forbidOverwrite);
        uploads.remove(id);
        return answer;
    }

    synchronized void abort(String id, String key) {
        upload(id, key);
        uploads.remove(id);
    }

    /** Returns the uploads under way by id. */
    synchronized Map<String, OssUpload> uploads() {
        return new TreeMap<>(uploads);
    }

    synchronized int uploadsUnderWay() {
        return uploads.size();
    }

    static String etag(byte[] body) {
        return '"' + HexFormat.of().withUpperCase().formatHex(md5(body)) + '"';
    }

    static byte[] md5(byte[] body) {
        try {
            return MessageDigest.getInstance("MD5").digest(body);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
