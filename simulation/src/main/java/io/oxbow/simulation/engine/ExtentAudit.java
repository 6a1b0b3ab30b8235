package io.oxbow.simulation.engine;

import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.simulation.Simulation;
import io.oxbow.simulation.world.SimulatedBucket;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Invariants 9 and 10: extents are contiguous from start to end, what they refer to is in the
 * bucket, and nothing is deleted that is referred to.
 */
final class ExtentAudit {

    private final Simulation simulation;
    private final SimulatedBucket bucket;
    private final Canon canon;
    private final Map<Long, CoreImage.StreamState> looked = new HashMap<>();
    private final Set<String> present = new HashSet<>();

    ExtentAudit(Simulation simulation, SimulatedBucket bucket, Canon canon) {
        this.simulation = simulation;
        this.bucket = bucket;
        this.canon = canon;
        canon.watch(slot -> look(slot.image()));
        bucket.onDelete(this::deleting);
    }

    private void look(CoreImage image) {
        for (CoreImage.StreamState stream : image.streams()) {
            if (!stream.equals(looked.put(stream.streamId(), stream))) {
                look(image, stream);
            }
        }
    }

    private void look(CoreImage image, CoreImage.StreamState stream) {
        long next = -1;
        for (CoreImage.Extent extent :
                image.extents(stream.streamId(), stream.startOffset(), Integer.MAX_VALUE)) {
            boolean fits =
                    next < 0
                            ? extent.startOffset() <= stream.startOffset()
                            : extent.startOffset() == next;
            simulation.check(fits, "invariant 9: %s after offset %d of %s", extent, next, stream);
            next = extent.endOffset();
            if (present.add(extent.objectKey())) {
                simulation.check(
                        bucket.has(extent.objectKey()),
                        "invariant 10: %s is referenced and not there",
                        extent.objectKey());
            }
        }
        simulation.check(
                next < 0
                        ? stream.startOffset() == stream.endOffset()
                        : next == stream.endOffset(),
                "invariant 9: extents end at %d: %s",
                next,
                stream);
    }

    private void deleting(String key) {
        simulation.check(
                !canon.image().isReferenced(key), "invariant 10: %s is deleted and referenced", key);
    }
}
