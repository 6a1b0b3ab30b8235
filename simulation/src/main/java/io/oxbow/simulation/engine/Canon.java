package io.oxbow.simulation.engine;

import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.image.CoreRecordCodec;
import io.oxbow.s3stream.image.ImageSections;
import io.oxbow.s3stream.image.MetadataImage;
import io.oxbow.simulation.world.SlotHistory;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The canonical image of the metadata log, known at the moment that a slot is created. Every node
 * must have that image, sooner or later, at each slot.
 */
public final class Canon {

    /** A slot with its records, their results and the image after it. */
    public record Applied(
            long slot, List<CoreRecord> records, List<ApplyResult> results, CoreImage image) {}

    /** Looks at each slot, in order. */
    @FunctionalInterface
    public interface Watch {
        void applied(Applied slot);

        /** Called before the slot is applied; the image is still without it. */
        default void applying(List<CoreRecord> records, CoreImage before) {}
    }

    private final MetadataImage image = new MetadataImage();
    private final List<Long> hashes = new ArrayList<>();
    private final List<Watch> watches = new ArrayList<>();

    public Canon(SlotHistory slots) {
        hashes.add(hash(image));
        slots.onSlot(this::apply);
    }

    public void watch(Watch watch) {
        watches.add(watch);
    }

    public CoreImage image() {
        return image;
    }

    private void apply(long slot, long timeMillis, List<byte[]> encoded) {
        List<CoreRecord> records = encoded.stream().map(CoreRecordCodec::decode).toList();
        watches.forEach(watch -> watch.applying(records, image));
        List<ApplyResult> results = image.apply(slot, timeMillis, records);
        hashes.add(hash(image));
        var applied = new Applied(slot, records, results, image);
        watches.forEach(watch -> watch.applied(applied));
    }

    /** Returns the hash of the state at a slot that exists. */
    public long hashAt(long slot) {
        return hashes.get((int) slot);
    }

    public static long hash(CoreImage image) {
        ImageSections sections = ((MetadataImage) image).sections();
        var core = new CRC32C();
        core.update(sections.core());
        var extents = new CRC32C();
        extents.update(sections.extents());
        extents.update(sections.times());
        return core.getValue() << 32 | extents.getValue();
    }
}
