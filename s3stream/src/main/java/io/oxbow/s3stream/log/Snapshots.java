package io.oxbow.s3stream.log;

import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.image.MetadataImage;
import io.oxbow.s3stream.log.format.LogKeys;
import io.oxbow.s3stream.log.format.LogSnapshot;
import io.oxbow.s3stream.log.format.SnapshotCodec;
import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.store.ObjectStore.GetResult;
import io.oxbow.s3stream.store.ObjectStore.ListResult;
import io.oxbow.s3stream.store.ObjectStore.ObjectSummary;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Snapshots in the bucket. */
final class Snapshots {

    private static final Logger LOG = LoggerFactory.getLogger(Snapshots.class);
    private static final int KEYS_PER_LIST = 1000;

    private final ObjectStore store;
    private final Pauses pauses;

    Snapshots(ObjectStore store, Pauses pauses) {
        this.store = store;
        this.pauses = pauses;
    }

    /** Returns the newest valid snapshot of a position beyond {@code slot}, or null. */
    @Nullable LogSnapshot newestAfter(long slot) {
        List<String> keys = keys(LogKeys.SNAPSHOTS, "");
        for (String key : keys.reversed()) {
            if (LogKeys.slotOf(key) <= slot) {
                return null;
            }
            LogSnapshot snapshot = readIfValid(key);
            if (snapshot != null) {
                return snapshot;
            }
        }
        return null;
    }

    private @Nullable LogSnapshot readIfValid(String key) {
        try {
            LogSnapshot snapshot = read(key);
            if (snapshot != null) {
                MetadataImage.of(snapshot.image());
            }
            return snapshot;
        } catch (CorruptException e) {
            LOG.error("Damaged snapshot; the one before it is taken: {}", e.getMessage());
            return null;
        }
    }

    /** Reads a snapshot; null if it is gone. */
    @Nullable LogSnapshot read(String key) {
        for (int attempt = 1; ; attempt++) {
            switch (store.get(key)) {
                case GetResult.NotFound ignored -> {
                    return null;
                }
                case GetResult.Unavailable ignored -> pauses.afterAttempt(attempt);
                case GetResult.Found found -> {
                    return SnapshotCodec.decode(key, bytes(found.body()));
                }
            }
        }
    }

    private static byte[] bytes(ByteBuffer body) {
        byte[] bytes = new byte[body.remaining()];
        body.get(bytes);
        return bytes;
    }

    /** Returns all keys with a prefix after {@code startAfter}, in order. */
    List<String> keys(String prefix, String startAfter) {
        var keys = new ArrayList<String>();
        String after = startAfter;
        int attempt = 0;
        while (true) {
            switch (store.list(prefix, after, KEYS_PER_LIST)) {
                case ListResult.Unavailable ignored -> pauses.afterAttempt(++attempt);
                case ListResult.Listed listed -> {
                    listed.objects().stream().map(ObjectSummary::key).forEach(keys::add);
                    if (listed.objects().size() < KEYS_PER_LIST) {
                        return keys;
                    }
                    after = keys.getLast();
                    attempt = 0;
                }
            }
        }
    }
}
