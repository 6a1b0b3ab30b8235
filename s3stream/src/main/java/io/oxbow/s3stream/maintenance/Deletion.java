package io.oxbow.s3stream.maintenance;

import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.commit.Registration;
import io.oxbow.s3stream.composite.CompositeSource;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.image.ObjectKey;
import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.s3stream.store.ObjectStore;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes data objects that are not needed any more, by two rules that use no clock.
 *
 * <ul>
 *   <li>dereferenced: the image says that nothing refers to the object any more. The leader's work.
 *       An object is deleted in the round after the one that first saw it, which spares readers a
 *       second plan; safety does not hang on that. A composite takes what it owns with it, see
 *       {@link CompositeRemoval}.
 *   <li>orphans: never committed, and never will be: of a fenced epoch, or of a live one below its
 *       {@code settledBelow}. Each node looks after its own; the leader also after fenced nodes'.
 *       That an object is not in the image does not say that it was never committed: a composite
 *       may own it. The image's ledger says.
 * </ul>
 *
 * One thread; blocks.
 */
public final class Deletion {

    private static final Logger LOG = LoggerFactory.getLogger(Deletion.class);

    private static final int KEYS_PER_ROUND = 1000;
    private static final long COMPOSITE_KEYS_PER_ROUND = 10_000;

    private final ObjectStore store;
    private final MetadataLog log;
    private final Registration registration;
    private final CompositeSource composites;
    private @Nullable CompositeRemoval underWay;
    private Set<String> seenDereferenced = Set.of();
    private int nextPrefix;

    public Deletion(
            ObjectStore store,
            MetadataLog log,
            Registration registration,
            CompositeSource composites) {
        this.store = store;
        this.log = log;
        this.registration = registration;
        this.composites = composites;
    }

    /**
     * Runs one round: deletes dereferenced objects that are due, and searches one key prefix for
     * orphans.
     */
    public void round() {
        deleteDereferenced();
        deleteOrphans(ObjectKey.prefix(nextPrefix));
        nextPrefix = (nextPrefix + 1) % ObjectKey.PREFIXES;
    }

    /** Deletes dereferenced objects that are due, if this process leads; no request if none are. */
    public void deleteDereferenced() {
        if (!log.leadership().here()) {
            return;
        }
        List<CoreImage.ObjectState> dereferenced = log.image().dereferencedObjects(KEYS_PER_ROUND);
        List<String> due = new ArrayList<>();
        List<CoreImage.ObjectState> composites = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (CoreImage.ObjectState object : dereferenced) {
            seen.add(object.key());
            if (!seenDereferenced.contains(object.key())) {
                continue;
            }
            if (object.level() > 0) {
                composites.add(object);
            } else {
                due.add(object.key());
            }
        }
        seenDereferenced = seen;
        deleteData(due);
        deleteComposites(composites);
    }

    private void deleteData(List<String> due) {
        if (due.isEmpty()) {
            return;
        }
        switch (store.delete(due)) {
            case ObjectStore.DeleteResult.Done done -> report(due);
            case ObjectStore.DeleteResult.Unknown(var cause) ->
                    LOG.warn(
                            "delete of {} objects, again later: {}",
                            due.size(),
                            cause.getMessage());
        }
    }

    /**
     * Deletes composites one after the other, up to a number of keys; the next round goes on from
     * there.
     */
    private void deleteComposites(List<CoreImage.ObjectState> due) {
        long left = COMPOSITE_KEYS_PER_ROUND;
        for (CoreImage.ObjectState composite : due) {
            if (left <= 0) {
                return;
            }
            try {
                left -= delete(composite, left);
            } catch (CorruptException e) {
                LOG.error("composite {} cannot be deleted: {}", composite.key(), e.getMessage());
                underWay = null;
            }
        }
    }

    /**
     * Deletes a composite and the objects it owns, up to {@code mostKeys} keys; returns the number
     * of keys used.
     */
    private long delete(CoreImage.ObjectState composite, long mostKeys) {
        CompositeRemoval removal = underWay;
        if (removal == null || !removal.key().equals(composite.key())) {
            removal = new CompositeRemoval(store, composites, log::image, composite);
            underWay = removal;
        }
        long before = removal.keys();
        return switch (removal.step(mostKeys)) {
            case MORE -> mostKeys;
            case UNKNOWN -> {
                LOG.warn("delete of composite {}, again later", composite.key());
                underWay = null;
                yield mostKeys;
            }
            case DONE -> {
                underWay = null;
                report(List.of(composite.key()));
                yield removal.keys() - before + 1;
            }
        };
    }

    private void report(List<String> deleted) {
        log.append(List.of(new CoreRecord.ObjectsDeleted(deleted)));
    }

    private void deleteOrphans(String prefix) {
        String startAfter = "";
        while (true) {
            List<ObjectStore.ObjectSummary> page;
            switch (store.list(prefix, startAfter, KEYS_PER_ROUND)) {
                case ObjectStore.ListResult.Listed(var objects) -> page = objects;
                case ObjectStore.ListResult.Unavailable(var cause) -> {
                    LOG.warn("list {}, again later: {}", prefix, cause.getMessage());
                    return;
                }
            }
            List<String> orphans = new ArrayList<>();
            for (ObjectStore.ObjectSummary object : page) {
                if (isOrphan(object.key())) {
                    orphans.add(object.key());
                }
            }
            if (!orphans.isEmpty()) {
                LOG.info("deleting objects that were never committed: {}", orphans);
                store.delete(orphans);
            }
            if (page.size() < KEYS_PER_ROUND) {
                return;
            }
            startAfter = page.getLast().key();
        }
    }

    private boolean isOrphan(String path) {
        Optional<ObjectKey> key = ObjectKey.parse(path);
        if (key.isEmpty() || !isMine(key.get())) {
            return false;
        }
        CoreImage image = log.image();
        // First the bound, then the reference: the image only moves forward, so whatever was
        // committed when the bound was read is seen as referenced (or dereferenced) now.
        int nodeId = key.get().nodeId();
        boolean settled =
                image.isRemoved(nodeId)
                        || image.node(nodeId).filter(n -> isSettled(n, key.get())).isPresent();
        return settled && !image.mayBeNeeded(path);
    }

    private boolean isMine(ObjectKey key) {
        return key.nodeId() == registration.nodeId() || log.leadership().here();
    }

    /** Returns whether an object that is not committed yet surely never will be. */
    public static boolean isSettled(CoreImage.NodeState node, ObjectKey key) {
        if (key.nodeEpoch() != node.nodeEpoch()) {
            return key.nodeEpoch() < node.nodeEpoch();
        }
        return node.fenced() || key.number() < node.settledBelow();
    }
}
