package io.oxbow.s3stream.wal.bucket;

import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.env.Clock;
import io.oxbow.s3stream.env.Patience;
import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.store.StoreException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Objects of logs in the bucket: each call repeats its request until the outcome is definite or
 * patience has ended. Thread-safe; blocks.
 */
final class WalObjects {

    private static final Logger LOG = LoggerFactory.getLogger(WalObjects.class);

    private final ObjectStore store;
    private final Clock clock;
    private final Patience pauses;
    private final Duration patience;

    /**
     * @param pauses between attempts; ends them all when the log's owner stops
     * @param patience with one call
     */
    WalObjects(ObjectStore store, Clock clock, Patience pauses, Duration patience) {
        this.store = store;
        this.clock = clock;
        this.pauses = pauses;
        this.patience = patience;
    }

    /** Result of creating an object. */
    sealed interface Created {
        /** The object is the caller's own, by this attempt or by an earlier one. */
        record Ours() implements Created {}

        record Another(ObjectHeader header) implements Created {}
    }

    /**
     * Creates the object at the header's key if there is none, with the same bytes in every
     * attempt.
     *
     * @throws S3StreamException UNKNOWN when patience has ended: it may be there, or get there yet
     */
    Created create(ObjectHeader header, List<ByteBuffer> frames) {
        List<ByteBuffer> bytes = new ArrayList<>(frames.size() + 1);
        bytes.add(header.encode());
        bytes.addAll(frames);
        var attempts = new Attempts("put " + header.key(), S3StreamException.Retry.UNKNOWN);
        while (true) {
            switch (store.putIfAbsent(header.key().path(), bytes)) {
                case ObjectStore.CreateResult.Created created -> {
                    return new Created.Ours();
                }
                case ObjectStore.CreateResult.Exists exists -> {
                    Optional<ObjectHeader> there = header(header.key());
                    if (there.isPresent()) {
                        return there.get().putId().equals(header.putId())
                                ? new Created.Ours()
                                : new Created.Another(there.get());
                    }
                    attempts.failed(
                            new StoreException(
                                    "it exists, but cannot be found",
                                    S3StreamException.Retry.UNKNOWN,
                                    null));
                }
                case ObjectStore.CreateResult.NotApplied(var why) -> attempts.failed(why);
                case ObjectStore.CreateResult.Unknown(var why) -> attempts.failed(why);
            }
        }
    }

    /** Reads the header of the object at {@code key}, empty when there is none. */
    Optional<ObjectHeader> header(WalKey key) {
        return read(key, 0, ObjectHeader.BYTES).map(bytes -> ObjectHeader.decode(bytes, key));
    }

    /** Reads a whole object, empty when there is none. */
    Optional<ByteBuffer> read(WalKey key) {
        return read(key, 0, WalPosition.OBJECT_BYTES_MAX);
    }

    /** Reads {@code size} bytes of an object, fewer if it ends before; empty when there is none. */
    Optional<ByteBuffer> read(WalKey key, int position, int size) {
        var attempts = new Attempts("read " + key, S3StreamException.Retry.RETRYABLE);
        while (true) {
            switch (store.get(key.path(), position, size)) {
                case ObjectStore.GetResult.Found(var bytes) -> {
                    return Optional.of(bytes);
                }
                case ObjectStore.GetResult.NotFound missing -> {
                    return Optional.empty();
                }
                case ObjectStore.GetResult.Unavailable(var why) -> attempts.failed(why);
            }
        }
    }

    /** Object in a listing. */
    record Listed(WalKey key, long size) {
        /**
         * Returns whether the object is a FENCE: only FENCE and START objects are a header and
         * nothing else.
         */
        boolean isFence() {
            return size == ObjectHeader.BYTES && key.seq() != WalKey.START_SEQ;
        }
    }

    /** Lists up to {@code limit} objects beyond {@code after} in the same log. */
    List<Listed> listAfter(WalKey after, int limit) {
        String prefix = WalKey.prefix(after.nodeId(), after.nodeEpoch());
        return list(prefix, after.path(), limit);
    }

    /** Lists up to {@code limit} objects with keys beyond {@code after} (empty: from the first). */
    List<Listed> list(String prefix, String after, int limit) {
        var attempts = new Attempts("list " + prefix, S3StreamException.Retry.RETRYABLE);
        while (true) {
            switch (store.list(prefix, after, limit)) {
                case ObjectStore.ListResult.Listed(var found) -> {
                    return found.stream().map(WalObjects::parse).toList();
                }
                case ObjectStore.ListResult.Unavailable(var why) -> attempts.failed(why);
            }
        }
    }

    private static Listed parse(ObjectStore.ObjectSummary found) {
        WalKey key =
                WalKey.parse(found.key())
                        .orElseThrow(() ->
                                new CorruptException(
                                        found.key()
                                                + " lies among the write-ahead logs and is"
                                                + " none of their objects"));
        return new Listed(key, found.size());
    }

    /** Deletes objects; those that are gone already count as deleted. */
    void delete(Collection<WalKey> keys) {
        List<String> paths = keys.stream().map(WalKey::path).toList();
        var attempts =
                new Attempts(
                        "delete %d objects of a log".formatted(paths.size()),
                        S3StreamException.Retry.RETRYABLE);
        while (true) {
            switch (store.delete(paths)) {
                case ObjectStore.DeleteResult.Done done -> {
                    return;
                }
                case ObjectStore.DeleteResult.Unknown(var why) -> attempts.failed(why);
            }
        }
    }

    /** Attempts at one request. */
    private final class Attempts {

        private final String what;
        private final S3StreamException.Retry afterAll;
        private final long startedNanos = clock.nanoTime();
        private int count;

        Attempts(String what, S3StreamException.Retry afterAll) {
            this.what = what;
            this.afterAll = afterAll;
        }

        /** Pauses before the next attempt, or throws when patience has ended. */
        void failed(StoreException cause) {
            count++;
            LOG.warn("{}, attempt {}: {}", what, count, cause.getMessage());
            if (clock.nanoTime() - startedNanos > patience.toNanos()) {
                throw new S3StreamException(
                        "gave up after %d attempts in %s to %s: %s"
                                .formatted(count, patience, what, cause.getMessage()),
                        afterAll,
                        cause);
            }
            pauses.pause(count, what);
        }
    }
}
