package io.oxbow.s3stream.log;

import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.image.CoreRecordCodec;
import io.oxbow.s3stream.image.MetadataImage;
import io.oxbow.s3stream.log.MetadataLog.Leadership;
import io.oxbow.s3stream.log.format.ApplicationSnapshot;
import io.oxbow.s3stream.log.format.LogPosition;
import io.oxbow.s3stream.log.format.LogSnapshot;
import io.oxbow.s3stream.log.format.Slot;
import io.oxbow.s3stream.log.format.SlotEntry;
import io.oxbow.s3stream.log.push.RecentSlots;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * State of the log as applied in this process: always a prefix of the canonical chain. The log's
 * own thread applies; the lock is for the snapshot's, which wants image and position of one moment.
 */
final class Replica {

    private final ReentrantLock lock = new ReentrantLock();
    private final MetadataImage image = new MetadataImage();
    private final ApplicationFeed feed;
    private final AppendQueue queue;
    private final RecentSlots recent;
    private final List<Long> takeovers = new ArrayList<>();

    /** Last position at each application offset since the last snapshot. */
    private final TreeMap<Long, LogPosition> byApplicationEnd = new TreeMap<>();

    private volatile LogPosition position = LogPosition.START;
    private volatile @Nullable UUID clusterId;
    private long snapshotSlot;
    private long slotsSinceSnapshot;
    private long bytesSinceSnapshot;
    private boolean broken;

    Replica(ApplicationFeed feed, AppendQueue queue, RecentSlots recent) {
        this.feed = feed;
        this.queue = queue;
        this.recent = recent;
        byApplicationEnd.put(0L, LogPosition.START);
    }

    MetadataImage image() {
        return image;
    }

    LogPosition position() {
        return position;
    }

    @Nullable UUID clusterId() {
        return clusterId;
    }

    /** Loads a snapshot if it is newer than the state; returns whether it was. */
    boolean load(LogSnapshot snapshot) {
        if (snapshot.position().slot() <= position.slot()) {
            return false;
        }
        requireCluster(snapshot.clusterId());
        lock.lock();
        try {
            if (snapshot.image().slot() > image.slot()) {
                image.become(MetadataImage.of(snapshot.image()));
            }
            position = snapshot.position();
            recent.clear();
            takeovers.clear();
            takeovers.addAll(snapshot.takeovers());
            restartTrail(snapshot.position());
        } finally {
            lock.unlock();
        }
        ApplicationSnapshot application = snapshot.application();
        if (application != null && application.endOffset() > queue.committedEnd()) {
            feed.jumpTo(application);
        }
        queue.committed(position.applicationEnd());
        feed.leaderChanged(Leadership.at(position, false));
        return true;
    }

    /**
     * Applies the slot after the last one.
     *
     * @return one result per core record, in order
     */
    List<ApplyResult> apply(Slot slot) {
        SlotEntry entry = slot.entry();
        requireCluster(entry.clusterId());
        LogPosition next = position.after(entry, slot.hash());
        List<ApplyResult> results;
        lock.lock();
        try {
            if (entry.content() instanceof SlotEntry.Takeover) {
                takeovers.add(entry.slot());
            }
            results = applyCore(entry);
            position = next;
            recent.add(next.slot(), slot.bytes());
            byApplicationEnd.put(next.applicationEnd(), next);
            slotsSinceSnapshot++;
            bytesSinceSnapshot += slot.bytes().length;
        } catch (Throwable e) {
            broken = true;
            throw e;
        } finally {
            lock.unlock();
        }
        queue.committed(next.applicationEnd());
        deliver(entry);
        return results;
    }

    private List<ApplyResult> applyCore(SlotEntry entry) {
        if (entry.slot() <= image.slot()) {
            return List.of();
        }
        var records = new ArrayList<CoreRecord>();
        if (entry.content() instanceof SlotEntry.Data data) {
            for (byte[] encoded : data.core()) {
                records.add(CoreRecordCodec.decode(encoded));
            }
        }
        return image.apply(entry.slot(), entry.appendTimeMillis(), records);
    }

    private void deliver(SlotEntry entry) {
        if (!(entry.content() instanceof SlotEntry.Data data) || data.batches().isEmpty()) {
            return;
        }
        var batches = new ArrayList<ApplicationLog.Batch>(data.batches().size());
        long offset = entry.previous().applicationEnd();
        for (List<byte[]> records : data.batches()) {
            batches.add(
                    new ApplicationLog.Batch(
                            offset,
                            entry.leader().leaderEpoch(),
                            entry.appendTimeMillis(),
                            records));
            offset += records.size();
        }
        feed.committed(batches);
    }

    private void requireCluster(UUID found) {
        UUID known = clusterId;
        if (known != null && !known.equals(found)) {
            throw new CorruptException(
                    "the bucket holds a log of cluster %s, this one is of %s"
                            .formatted(found, known));
        }
        clusterId = found;
    }

    boolean snapshotIsDue(LogConfig config) {
        lock.lock();
        try {
            return slotsSinceSnapshot >= config.snapshotEverySlots()
                    || bytesSinceSnapshot >= config.snapshotEveryBytes();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Returns a snapshot with the application's section as given: at the last slot with that
     * application offset. It is null when there is no such slot, or none newer than the last
     * snapshot.
     */
    @Nullable LogSnapshot capture(UUID putId, @Nullable ApplicationSnapshot application) {
        lock.lock();
        try {
            if (broken) {
                throw new IllegalStateException(
                        "no snapshot of an image that failed to apply a record");
            }
            slotsSinceSnapshot = 0;
            bytesSinceSnapshot = 0;
            UUID cluster = clusterId;
            long end = application == null ? 0 : application.endOffset();
            LogPosition place = byApplicationEnd.get(end);
            boolean missing = application == null && position.applicationEnd() > 0;
            if (missing || cluster == null || place == null || place.slot() <= snapshotSlot) {
                return null;
            }
            List<Long> upTo = takeovers.stream().filter(slot -> slot <= place.slot()).toList();
            return new LogSnapshot(cluster, putId, place, upTo, application, image.sections());
        } finally {
            lock.unlock();
        }
    }

    long snapshotSlot() {
        lock.lock();
        try {
            return snapshotSlot;
        } finally {
            lock.unlock();
        }
    }

    /** Drops from memory what another process's snapshot covers; for a follower. */
    void adopt(@Nullable LogSnapshot another) {
        lock.lock();
        try {
            slotsSinceSnapshot = 0;
            bytesSinceSnapshot = 0;
        } finally {
            lock.unlock();
        }
        if (another != null && another.position().slot() <= position.slot()) {
            published(another);
        }
    }

    /** Notes that the snapshot is in the bucket and was read back. */
    void published(LogSnapshot snapshot) {
        lock.lock();
        try {
            restartTrail(snapshot.position());
        } finally {
            lock.unlock();
        }
        ApplicationSnapshot application = snapshot.application();
        if (application != null) {
            feed.startFrom(application);
        }
    }

    private void restartTrail(LogPosition from) {
        snapshotSlot = from.slot();
        Map<Long, LogPosition> passed = byApplicationEnd.headMap(from.applicationEnd(), false);
        passed.clear();
        byApplicationEnd.merge(from.applicationEnd(), from, (a, b) -> a.slot() >= b.slot() ? a : b);
    }
}
