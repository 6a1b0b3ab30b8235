package io.oxbow.s3stream.store;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.List;

/**
 * Object store: one bucket, or a prefix of one, or a local directory. Keys are relative, UTF-8,
 * separated by {@code /}, and never start with one.
 *
 * <p>Bodies are given as lists of buffers so that nothing is joined just to be sent; positions of
 * the caller's buffers are left as they were, and the bytes must not change until the call has
 * returned.
 */
public interface ObjectStore extends AutoCloseable {

    /** Writes or replaces an object; a large body is uploaded in parts. */
    PutResult put(String key, List<ByteBuffer> body);

    /**
     * Creates an object if no object has this key, atomically, in one request. No retry happens
     * underneath: a retry would turn one's own success into "exists" (aws-sdk-java-v2#6580).
     */
    CreateResult putIfAbsent(String key, List<ByteBuffer> body);

    /** Reads a whole object. */
    GetResult get(String key);

    /**
     * Reads {@code size} bytes from {@code position}; fewer if the object ends before. A position
     * at or past the end yields an empty buffer.
     */
    GetResult get(String key, long position, int size);

    /**
     * Reads as many bytes as {@code target} has room for; fewer if the object ends before. Nothing
     * writes into it any more when this returns.
     *
     * @return the body, as it lies in {@code target}, whose position stays as it was
     */
    default GetResult get(String key, long position, ByteBuffer target) {
        return switch (get(key, position, target.remaining())) {
            case GetResult.Found(var body) ->
                    new GetResult.Found(target.slice().put(body.duplicate()).flip());
            case GetResult.NotFound missing -> missing;
            case GetResult.Unavailable unavailable -> unavailable;
        };
    }

    HeadResult head(String key);

    /**
     * Lists up to {@code limit} objects in key order, with keys that start with {@code prefix} and
     * are greater than {@code startAfter} (empty: from the first). Strongly consistent.
     */
    ListResult list(String prefix, String startAfter, int limit);

    /** Deletes objects; keys that have no object count as deleted. */
    DeleteResult delete(Collection<String> keys);

    /**
     * Aborts incomplete multipart uploads below {@code prefix} that were begun longer ago than
     * {@code age}. They are no objects yet, but cost as much. An upload that is still going on
     * after that time fails, or begins anew; nothing that was promised is lost, so the clocks need
     * not agree well. Stores without such uploads do nothing.
     */
    default DeleteResult abandonUploads(String prefix, Duration age) {
        return new DeleteResult.Done();
    }

    /**
     * Returns the bucket's URI in a form that table engines understand ({@code file:///…}, {@code
     * s3://…}), without a slash at the end.
     */
    java.net.URI location();

    /**
     * Returns a view of the objects below {@code prefix}, with keys relative to that prefix.
     * Closing the view closes nothing.
     *
     * @param prefix a key; neither starts nor ends with a slash
     */
    default ObjectStore under(String prefix) {
        return PrefixedStore.view(this, prefix);
    }

    @Override
    void close();

    record ObjectSummary(String key, long size) {}

    sealed interface PutResult {
        record Done() implements PutResult {}

        /** The put was surely not applied: refused before any byte counted. */
        record NotApplied(StoreException cause) implements PutResult {}

        record Unknown(StoreException cause) implements PutResult {}
    }

    sealed interface CreateResult {
        record Created() implements CreateResult {}

        /**
         * Some object has this key; it may be the caller's own from an earlier, unanswered attempt.
         */
        record Exists() implements CreateResult {}

        /** The create was surely not applied, as after a 403 or for a malformed request. */
        record NotApplied(StoreException cause) implements CreateResult {}

        /**
         * The create may have been applied, or may yet be: lost answer, 409 conflict, 5xx,
         * time-out.
         */
        record Unknown(StoreException cause) implements CreateResult {}
    }

    sealed interface GetResult {
        /** The bytes asked for; the buffer belongs to the caller. */
        record Found(ByteBuffer body) implements GetResult {}

        record NotFound() implements GetResult {}

        record Unavailable(StoreException cause) implements GetResult {}
    }

    sealed interface HeadResult {
        record Found(long size) implements HeadResult {}

        record NotFound() implements HeadResult {}

        record Unavailable(StoreException cause) implements HeadResult {}
    }

    sealed interface ListResult {
        record Listed(List<ObjectSummary> objects) implements ListResult {}

        record Unavailable(StoreException cause) implements ListResult {}
    }

    sealed interface DeleteResult {
        record Done() implements DeleteResult {}

        /** Some objects may be deleted, some not. */
        record Unknown(StoreException cause) implements DeleteResult {}
    }
}
