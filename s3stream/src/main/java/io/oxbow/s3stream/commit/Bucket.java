package io.oxbow.s3stream.commit;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.env.Patience;
import io.oxbow.s3stream.object.ObjectMissingException;
import io.oxbow.s3stream.object.ObjectReader;
import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.store.StoreException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Object store that retries for the sake of data objects: a put until it is done, a read a few
 * times. Putting the same bytes under the same key again is harmless. Thread-safe; blocks.
 */
public final class Bucket implements ObjectReader.RangeSource {

    private static final Logger LOG = LoggerFactory.getLogger(Bucket.class);

    private static final int READ_ATTEMPTS = 6;

    private final ObjectStore store;
    private final Patience patience;
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicLong putBytes = new AtomicLong();

    public Bucket(ObjectStore store, Patience patience) {
        this.store = store;
        this.patience = patience;
    }

    /** Puts a data object, and retries until it is done. */
    public void put(String key, List<ByteBuffer> body) {
        underWay.incrementAndGet();
        try {
            putUntilDone(key, body);
            putBytes.addAndGet(body.stream().mapToLong(ByteBuffer::remaining).sum());
        } finally {
            underWay.decrementAndGet();
        }
    }

    private void putUntilDone(String key, List<ByteBuffer> body) {
        for (int attempt = 1; ; attempt++) {
            StoreException cause;
            switch (store.put(key, body)) {
                case ObjectStore.PutResult.Done done -> {
                    return;
                }
                case ObjectStore.PutResult.NotApplied(var why) -> cause = why;
                case ObjectStore.PutResult.Unknown(var why) -> cause = why;
            }
            LOG.warn("put {} failed, attempt {}: {}", key, attempt, cause.getMessage());
            patience.pause(attempt, "put " + key);
        }
    }

    @Override
    public ByteBuffer read(String key, long position, int size) {
        return counted(key, () -> store.get(key, position, size));
    }

    @Override
    public ByteBuffer read(String key, long position, ByteBuffer target) {
        return counted(key, () -> store.get(key, position, target.duplicate()));
    }

    private ByteBuffer counted(String key, Supplier<ObjectStore.GetResult> get) {
        underWay.incrementAndGet();
        try {
            return readPatiently(key, get);
        } finally {
            underWay.decrementAndGet();
        }
    }

    private ByteBuffer readPatiently(String key, Supplier<ObjectStore.GetResult> get) {
        for (int attempt = 1; ; attempt++) {
            StoreException cause;
            switch (get.get()) {
                case ObjectStore.GetResult.Found(var body) -> {
                    return body;
                }
                case ObjectStore.GetResult.NotFound missing -> {
                    throw new ObjectMissingException(key);
                }
                case ObjectStore.GetResult.Unavailable(var why) -> cause = why;
            }
            if (attempt == READ_ATTEMPTS) {
                throw new S3StreamException(
                        "object %s could not be read: %s".formatted(key, cause.getMessage()),
                        S3StreamException.Retry.RETRYABLE,
                        cause);
            }
            patience.pause(attempt, "read " + key);
        }
    }

    /** Returns whether a request is under way. */
    public boolean isBusy() {
        return underWay.get() > 0;
    }

    /** Returns the bytes put so far. */
    public long putBytes() {
        return putBytes.get();
    }

    /** Returns the store itself, for requests that must not be retried here. */
    public ObjectStore store() {
        return store;
    }
}
