package io.oxbow.s3stream.maintenance;

import io.oxbow.s3stream.composite.CompositeObject;
import io.oxbow.s3stream.config.ArchiveConfig;
import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.image.ObjectKey;
import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.s3stream.object.ObjectNumbers;
import io.oxbow.s3stream.store.ObjectStore;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the metadata image small: moves runs of old extents into composite objects, and runs of the
 * resulting parts into higher composites. The metadata leader does that, because it has all
 * extents, and because streams move between nodes: only a node that archives the objects of all
 * nodes makes long runs.
 *
 * <p>Progress: each composite that is committed leaves fewer entries (extents and parts) in the
 * image than there were, and none is written that would not; it ends when there are no more than
 * the bound says, or no two neighbours are old enough. A round takes the lowest level that makes
 * room enough, so that most of what it writes are extents that were never written before, and
 * levels grow slowly: with the logarithm of a stream's history, as long as the bound leaves a
 * stream that many entries.
 *
 * <p>Nothing here waits for the bucket or the log to come back: what fails is tried again in the
 * next round, and a commit with an unknown outcome is submitted again before anything else. One
 * thread; blocks.
 */
public final class Archiver {

    private static final Logger LOG = LoggerFactory.getLogger(Archiver.class);

    private static final int COMPOSITES_PER_ROUND = 16;

    private final ArchiveConfig config;
    private final ObjectStore store;
    private final MetadataLog log;
    private final ObjectNumbers numbers;

    /** Commit that was submitted and whose outcome is unknown. */
    private @Nullable Pending pending;

    private record Pending(ObjectKey key, CoreRecord.ArchiveExtents record) {}

    public Archiver(
            ArchiveConfig config, ObjectStore store, MetadataLog log, ObjectNumbers numbers) {
        this.config = config;
        this.store = store;
        this.log = log;
        this.numbers = numbers;
    }

    /**
     * Archives until the image is small enough, or a round's number of composites is written.
     *
     * @throws io.oxbow.s3stream.log.LogAppendException when a commit's outcome is unknown
     */
    public void round() {
        Pending unknown = pending;
        if (unknown != null) {
            commit(unknown);
        }
        var plan = new ArchivePlan(log.image(), config);
        boolean goOn = true;
        for (int i = 0; goOn && i < COMPOSITES_PER_ROUND && log.leadership().here(); i++) {
            CompositeObject next = plan.next();
            goOn = next != null && archive(next);
        }
    }

    /** Writes and commits one composite; returns whether that was done. */
    private boolean archive(CompositeObject composite) {
        ObjectKey key = numbers.take();
        if (!(store.put(key.path(), composite.body()) instanceof ObjectStore.PutResult.Done)) {
            LOG.warn("composite {} was not written, again later", key);
            numbers.settle(key); // never to be committed: if it is there, it is garbage
            return false;
        }
        var described =
                new CoreRecord.Composite(
                        key.path(), composite.size(), composite.level(), composite.parts());
        var submitted =
                new Pending(
                        key,
                        new CoreRecord.ArchiveExtents(
                                numbers.nodeId(),
                                numbers.nodeEpoch(),
                                numbers.settledBelow(),
                                described,
                                composite.owned()));
        pending = submitted;
        return commit(submitted);
    }

    private boolean commit(Pending submitted) {
        ApplyResult result = log.append(List.of(submitted.record())).getFirst();
        pending = null;
        numbers.settle(submitted.key());
        CoreRecord.Composite composite = submitted.record().composite();
        return switch (result) {
            case ApplyResult.Applied applied -> {
                LOG.info(
                        "composite {} of level {}: {} objects, {} parts",
                        composite.key(),
                        composite.level(),
                        submitted.record().owned().size(),
                        composite.parts().size());
                yield true;
            }
            case ApplyResult.AlreadyApplied applied -> true;
            default -> {
                LOG.info("composite {} was not taken: {}", composite.key(), result);
                yield false;
            }
        };
    }
}
