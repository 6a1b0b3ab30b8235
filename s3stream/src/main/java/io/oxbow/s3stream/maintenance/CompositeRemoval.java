package io.oxbow.s3stream.maintenance;

import io.oxbow.s3stream.composite.CompositeIndex;
import io.oxbow.s3stream.composite.CompositeSource;
import io.oxbow.s3stream.composite.OwnedObject;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.object.ObjectMissingException;
import io.oxbow.s3stream.store.ObjectStore;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Deletes a composite that nothing refers to, after all that it owns: nested composites depth
 * first, then the composite itself. Each step deletes some keys. It may end anywhere and be begun
 * anew: a composite is deleted only after all that it owns surely is, so one that is missing owns
 * nothing any more. For one thread; blocks.
 */
final class CompositeRemoval {

    private static final int KEYS_PER_REQUEST = 1000;

    private final ObjectStore store;
    private final CompositeSource composites;
    private final Supplier<CoreImage> image;
    private final String key;
    private final Deque<Frame> frames = new ArrayDeque<>();
    private final List<String> batch = new ArrayList<>();
    private long keys;

    /** Composite whose objects are being deleted. */
    private static final class Frame {
        final String key;
        final CompositeIndex index;
        int next;

        Frame(String key, CompositeIndex index) {
            this.key = key;
            this.index = index;
        }

        @Nullable OwnedObject nextOwned() {
            return next < index.ownedCount() ? index.owned(next++) : null;
        }
    }

    CompositeRemoval(
            ObjectStore store,
            CompositeSource composites,
            Supplier<CoreImage> image,
            CoreImage.ObjectState composite) {
        this.store = store;
        this.composites = composites;
        this.image = image;
        this.key = composite.key();
        enter(composite.key(), composite.size());
    }

    String key() {
        return key;
    }

    /** Returns the number of keys passed so far, those in nested composites included. */
    long keys() {
        return keys;
    }

    private void enter(String composite, long size) {
        try {
            frames.push(new Frame(composite, composites.index(composite, size)));
        } catch (ObjectMissingException deletedEarlier) {
            // All that it owned went before it.
        }
    }

    /** State of the removal after a step. */
    enum Progress {
        DONE,
        MORE,

        /** A delete had no sure outcome: the removal starts again. */
        UNKNOWN
    }

    /** Deletes about {@code maxKeys} objects. */
    Progress step(long maxKeys) {
        long until = keys + maxKeys;
        while (!frames.isEmpty() && keys < until) {
            Frame frame = frames.getFirst();
            OwnedObject owned = frame.nextOwned();
            if (owned == null) {
                // What a composite owns must be gone before the composite is.
                if (!flush()) {
                    return Progress.UNKNOWN;
                }
                frames.pop();
                add(frame.key);
            } else if (owned.level() > 0) {
                requireUnreferenced(owned.key());
                enter(owned.key(), owned.size());
            } else {
                add(owned.key());
            }
            keys++;
            if (batch.size() >= KEYS_PER_REQUEST && !flush()) {
                return Progress.UNKNOWN;
            }
        }
        if (!flush()) {
            return Progress.UNKNOWN;
        }
        return frames.isEmpty() ? Progress.DONE : Progress.MORE;
    }

    private void add(String objectKey) {
        requireUnreferenced(objectKey);
        batch.add(objectKey);
    }

    private void requireUnreferenced(String objectKey) {
        if (image.get().isReferenced(objectKey)) {
            throw new IllegalStateException(
                    "broken invariant: %s is referenced, and to be deleted with composite %s"
                            .formatted(objectKey, key));
        }
    }

    private boolean flush() {
        if (batch.isEmpty()) {
            return true;
        }
        boolean done = store.delete(List.copyOf(batch)) instanceof ObjectStore.DeleteResult.Done;
        batch.clear();
        return done;
    }
}
