package io.oxbow.s3stream.log;

import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.image.ImageSections;
import io.oxbow.s3stream.image.MetadataImage;
import io.oxbow.s3stream.log.format.ApplicationSnapshot;
import io.oxbow.s3stream.log.format.LogKeys;
import io.oxbow.s3stream.log.format.LogSnapshot;
import io.oxbow.s3stream.log.format.SnapshotCodec;
import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.store.ObjectStore.CreateResult;
import io.oxbow.s3stream.store.ObjectStore.DeleteResult;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the leader's snapshots, and deletes slots and older snapshots that they make needless.
 *
 * <p>Nothing is deleted before the snapshot has been read back and found to be the state it was
 * made of. Then slots go that lie at or below the snapshot <em>before</em> it, but never one whose
 * canonical entry is a TAKEOVER, and never the highest: that is what a stalled writer would
 * otherwise create again, and believe.
 */
final class SnapshotWriter {

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotWriter.class);
    private static final int KEYS_PER_DELETE = 500;

    private final ObjectStore store;
    private final Pauses pauses;
    private final Snapshots snapshots;
    private final Replica replica;
    private final Supplier<UUID> randomId;
    private final ReentrantLock oneAtATime = new ReentrantLock();
    private @Nullable LogSnapshot newest;
    private long cleanedThrough;

    SnapshotWriter(
            ObjectStore store,
            Pauses pauses,
            Snapshots snapshots,
            Replica replica,
            Supplier<UUID> randomId) {
        this.store = store;
        this.pauses = pauses;
        this.snapshots = snapshots;
        this.replica = replica;
        this.randomId = randomId;
    }

    /** Publishes the present state, if it is newer than the last snapshot. */
    void publish(ApplicationLog.@Nullable SnapshotSource source) {
        oneAtATime.lock();
        try {
            ApplicationSnapshot application = source == null ? null : source.take();
            LogSnapshot snapshot = replica.capture(randomId.get(), application);
            if (snapshot == null) {
                LOG.debug("No snapshot: the application has none that goes beyond the last");
                return;
            }
            LogSnapshot previous = previous();
            if (!write(snapshot)) {
                LOG.info("The snapshot at slot {} was overtaken", snapshot.position().slot());
                return;
            }
            replica.published(snapshot);
            newest = withoutSections(snapshot);
            if (previous != null) {
                cleanUp(previous, snapshot);
            }
        } finally {
            oneAtATime.unlock();
        }
    }

    /**
     * Returns the newest snapshot that is known to be valid: this process's last one, or the
     * bucket's.
     */
    private @Nullable LogSnapshot previous() {
        LogSnapshot found = snapshots.newestAfter(newest == null ? 0 : newest.position().slot());
        return found == null ? newest : found;
    }

    private static LogSnapshot withoutSections(LogSnapshot snapshot) {
        return new LogSnapshot(
                snapshot.clusterId(),
                snapshot.putId(),
                snapshot.position(),
                snapshot.takeovers(),
                null,
                new ImageSections(snapshot.image().slot(), new byte[0], new byte[0], new byte[0]));
    }

    /**
     * Writes the snapshot and reads it back; false when it is gone already, because a later leader
     * is far beyond it.
     */
    private boolean write(LogSnapshot snapshot) {
        String key = key(snapshot);
        List<ByteBuffer> body = List.of(ByteBuffer.wrap(SnapshotCodec.encode(snapshot)));
        for (int attempt = 1; ; attempt++) {
            switch (store.putIfAbsent(key, body)) {
                case CreateResult.Created ignored -> {
                    return verify(key, snapshot);
                }
                case CreateResult.Exists ignored -> {
                    return verify(key, snapshot);
                }
                case CreateResult.NotApplied refused ->
                        LOG.warn("Snapshot {} was refused: {}", key, refused.cause().getMessage());
                case CreateResult.Unknown unknown ->
                        LOG.debug("Snapshot {}: {}", key, unknown.cause().getMessage());
            }
            pauses.afterAttempt(attempt);
        }
    }

    private boolean verify(String key, LogSnapshot written) {
        LogSnapshot read = snapshots.read(key);
        if (read == null) {
            return false;
        }
        ImageSections wanted = written.image();
        ImageSections found = MetadataImage.of(read.image()).sections();
        if (!found.coreHash().equals(wanted.coreHash())
                || !found.extentsHash().equals(wanted.extentsHash())
                || !read.position().equals(written.position())) {
            throw new CorruptException(
                    "snapshot %s reads back as another state than was written".formatted(key));
        }
        return true;
    }

    private void cleanUp(LogSnapshot previous, LogSnapshot published) {
        long through = previous.position().slot();
        if (through >= published.position().slot()) {
            return;
        }
        Set<Long> takeovers = new HashSet<>(published.takeovers());
        var needless = new ArrayList<String>();
        for (String key : snapshots.keys(LogKeys.SLOTS, LogKeys.slot(cleanedThrough))) {
            long slot = LogKeys.slotOf(key);
            if (slot > through) {
                break;
            }
            if (!takeovers.contains(slot)) {
                needless.add(key);
            }
        }
        boolean done = delete(needless);
        var older = new ArrayList<String>();
        for (String key : snapshots.keys(LogKeys.SNAPSHOTS, "")) {
            if (key.compareTo(key(previous)) < 0) {
                older.add(key);
            }
        }
        delete(older);
        if (done) {
            cleanedThrough = through;
        }
        LOG.info(
                "Snapshot at slot {}; {} slots and {} snapshots deleted",
                published.position().slot(),
                needless.size(),
                older.size());
    }

    /**
     * Deletes objects; returns whether all were deleted, since the rest is left for the next time.
     */
    private boolean delete(List<String> keys) {
        boolean all = true;
        for (int from = 0; from < keys.size(); from += KEYS_PER_DELETE) {
            int to = Math.min(keys.size(), from + KEYS_PER_DELETE);
            all &= store.delete(keys.subList(from, to)) instanceof DeleteResult.Done;
        }
        return all;
    }

    private static String key(LogSnapshot snapshot) {
        return LogKeys.snapshot(snapshot.position().slot(), snapshot.putId());
    }
}
