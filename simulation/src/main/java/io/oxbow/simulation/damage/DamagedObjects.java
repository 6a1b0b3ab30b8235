package io.oxbow.simulation.damage;

import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.DamagedException;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.object.BlockEntry;
import io.oxbow.s3stream.object.ObjectIndex;
import io.oxbow.s3stream.object.ObjectReader;
import io.oxbow.simulation.engine.Canon;
import io.oxbow.simulation.engine.ExtentAudit;
import io.oxbow.simulation.kernel.Chance;
import io.oxbow.simulation.kernel.Simulation;
import io.oxbow.simulation.world.ObjectDamage;
import io.oxbow.simulation.world.SimulatedBucket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Damages objects of the bucket and keeps what they held, so that they can be repaired; knows which
 * offsets each may cost.
 */
final class DamagedObjects {

    private static final int OBJECTS_MAX = 10_000;

    /** Range of a stream. */
    private record Range(long streamId, long fromOffset, long toOffset) {
        boolean holds(DamagedException lost, long stream) {
            return stream == streamId
                    && lost.fromOffset() >= fromOffset
                    && lost.toOffset() <= toOffset;
        }
    }

    /**
     * @param lost what readers may miss
     */
    @SuppressWarnings("ArrayRecordComponent")
    private record Victim(byte[] original, List<Range> lost) {}

    private final Simulation simulation;
    private final SimulatedBucket bucket;
    private final Canon canon;
    private final ExtentAudit audit;
    private final Chance chance;

    /** Ranges that each object was committed with. */
    private final Map<String, List<Range>> ranges = new HashMap<>();

    private final Map<String, Victim> victims = new TreeMap<>();
    private final Map<String, byte[]> slots = new TreeMap<>();

    DamagedObjects(Simulation simulation, SimulatedBucket bucket, Canon canon) {
        this.simulation = simulation;
        this.bucket = bucket;
        this.canon = canon;
        this.audit = new ExtentAudit(simulation, bucket, canon);
        this.chance = simulation.chance().split();
        canon.watch(slot -> slot.records().forEach(this::note));
    }

    private void note(CoreRecord record) {
        switch (record) {
            case CoreRecord.CommitObjects commit -> commit.objects().forEach(this::note);
            case CoreRecord.CompactObjects compact -> compact.outputs().forEach(this::note);
            case CoreRecord.RewriteExtents rewrite -> rewrite.outputs().forEach(this::note);
            case CoreRecord.ArchiveExtents archive -> {
                List<Range> parts = new ArrayList<>();
                archive.composite()
                        .parts()
                        .forEach(part ->
                                parts.add(
                                        new Range(
                                                part.streamId(),
                                                part.startOffset(),
                                                part.endOffset())));
                ranges.put(archive.composite().key(), parts);
            }
            default -> {}
        }
    }

    private void note(CoreRecord.NewObject object) {
        List<Range> held = new ArrayList<>();
        for (CoreRecord.Range range : object.ranges()) {
            long end = range.startOffset() + range.count();
            held.add(new Range(range.streamId(), range.startOffset(), end));
        }
        ranges.put(object.key(), held);
    }

    /** Damages one of the objects that are needed, a composite or a data object; none if none. */
    void strike() {
        List<String> whole =
                bucket.keys("objects/").stream()
                        .filter(key -> !victims.containsKey(key) && audit.isNeeded(key))
                        .toList();
        if (whole.isEmpty() || whole.size() > OBJECTS_MAX) {
            return;
        }
        strike(chance.oneOf(whole), chance.oneOf(whole));
    }

    private void strike(String key, String other) {
        byte[] original = bucket.bytes(key);
        var kind = chance.oneOf(List.of(ObjectDamage.values()));
        int position = chance.nextInt(original.length);
        byte[] damaged =
                kind == ObjectDamage.FLIPPED
                        ? ObjectDamage.flipped(original, position, chance)
                        : kind.of(original, bucket.bytes(other), chance);
        List<Range> lost =
                kind == ObjectDamage.FLIPPED ? lostBy(key, original, position) : held(key);
        victims.put(key, new Victim(original, lost));
        audit.damaging(key);
        bucket.damage(key, damaged);
        simulation.say("%s: %s %s, may cost %s", key, kind, position, lost);
    }

    private List<Range> held(String key) {
        return ranges.getOrDefault(key, List.of());
    }

    /** Returns the ranges that a flipped bit may cost: of a sound index, its block's. */
    private List<Range> lostBy(String key, byte[] original, int position) {
        ObjectIndex index;
        try {
            index =
                    new ObjectReader((name, from, size) ->
                            ByteBuffer.wrap(original, (int) from, size).slice())
                            .index(key, original.length);
        } catch (CorruptException composite) {
            return held(key);
        }
        long blocksEnd = 0;
        long blocksStart = Long.MAX_VALUE;
        for (int i = 0; i < index.size(); i++) {
            BlockEntry block = index.entry(i);
            blocksStart = Math.min(blocksStart, block.position());
            blocksEnd = Math.max(blocksEnd, block.position() + block.size());
            if (position >= block.position() && position < block.position() + block.size()) {
                return List.of(new Range(block.streamId(), block.startOffset(), block.endOffset()));
            }
        }
        return position < blocksStart ? List.of() : held(key);
    }

    /** Returns true if a read of the stream may fail so: only what the object held is missing. */
    boolean explains(long streamId, DamagedException failure) {
        Victim victim = victims.get(failure.objectKey());
        return victim != null
                && victim.lost().stream().anyMatch(range -> range.holds(failure, streamId));
    }

    boolean any() {
        return !victims.isEmpty();
    }

    /** Gives all damaged objects that are still needed their bytes back. */
    void repair() {
        victims.forEach((key, victim) -> {
            if (audit.isNeeded(key)) {
                bucket.damage(key, victim.original());
            }
        });
        victims.clear();
    }

    // ---- the metadata log

    /** Damages a slot or a snapshot of the metadata log. */
    void strikeMetadataLog() {
        List<String> keys =
                Stream.of("meta/log/", "meta/snap/")
                        .flatMap(prefix -> bucket.keys(prefix).stream())
                        .filter(key -> !slots.containsKey(key))
                        .toList();
        String key = chance.oneOf(keys);
        String other = chance.oneOf(keys);
        var kind = chance.oneOf(List.of(ObjectDamage.values()));
        List<String> log = bucket.keys("meta/log/");
        boolean isEnd = !log.isEmpty() && key.equals(log.getLast());
        if (other.equals(key) || (isEnd && kind == ObjectDamage.GONE)) {
            return; // nothing tells the loss of a log's end from a log that ends there
        }
        byte[] original = bucket.bytes(key);
        slots.put(key, original);
        bucket.damage(key, kind.of(original, bucket.bytes(other), chance));
        simulation.say("%s: %s", key, kind);
    }

    /** Repairs the metadata log that a start refused; false if it was whole. */
    boolean repairMetadataLog() {
        slots.forEach(bucket::damage);
        boolean any = !slots.isEmpty();
        slots.clear();
        return any;
    }

    /** Checks that an image, as it was read, is the log's whole. */
    void checkWhole(CoreImage read) {
        simulation.check(
                read.slot() == canon.image().slot()
                        && Canon.hash(read) == canon.hashAt(read.slot()),
                "a damaged metadata log was read up to slot %d as another image, its end is %d",
                read.slot(),
                canon.image().slot());
    }
}
