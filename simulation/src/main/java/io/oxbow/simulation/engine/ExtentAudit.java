package io.oxbow.simulation.engine;

import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.simulation.kernel.Simulation;
import io.oxbow.simulation.world.SimulatedBucket;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Checks invariants 9 and 10: extents are contiguous, the objects they refer to exist, and no
 * referenced object is deleted.
 */
public final class ExtentAudit {

    private final Simulation simulation;
    private final SimulatedBucket bucket;
    private final Canon canon;
    private final Map<Long, CoreImage.StreamState> looked = new HashMap<>();
    private final Set<String> present = new HashSet<>();

    /** The composite that owns each object, by the object's key. */
    private final Map<String, String> ownerOf = new HashMap<>();

    public ExtentAudit(Simulation simulation, SimulatedBucket bucket, Canon canon) {
        this.simulation = simulation;
        this.bucket = bucket;
        this.canon = canon;
        canon.watch(slot -> {
            noteOwners(slot);
            look(slot.image());
        });
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
        for (CoreImage.Entry extent :
                image.entries(stream.streamId(), stream.startOffset(), Integer.MAX_VALUE)) {
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
                next < 0 ? stream.startOffset() == stream.endOffset() : next == stream.endOffset(),
                "invariant 9: extents end at %d: %s",
                next,
                stream);
    }

    private void noteOwners(Canon.Applied slot) {
        for (int i = 0; i < slot.records().size(); i++) {
            if (slot.records().get(i) instanceof CoreRecord.ArchiveExtents archive
                    && slot.results().get(i) instanceof ApplyResult.Applied) {
                archive.owned().forEach(key -> ownerOf.put(key, archive.composite().key()));
            }
        }
    }

    /**
     * Returns true if an extent or part refers to the object, or a composite that is needed owns
     * it.
     */
    public boolean isNeeded(String key) {
        String owner = ownerOf.get(key);
        return canon.image().isReferenced(key) || (owner != null && isNeeded(owner));
    }

    /** Takes note that damage may take the object away: it was there. */
    public void damaging(String key) {
        present.add(key);
    }

    private void deleting(String key) {
        simulation.check(!isNeeded(key), "invariant 10: %s is deleted and referenced", key);
    }
}
