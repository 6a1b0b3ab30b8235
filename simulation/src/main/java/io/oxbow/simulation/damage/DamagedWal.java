package io.oxbow.simulation.damage;

import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.simulation.kernel.Chance;
import io.oxbow.simulation.kernel.Simulation;
import io.oxbow.simulation.world.ObjectDamage;
import io.oxbow.simulation.world.Platter;
import io.oxbow.simulation.world.SimulatedBucket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Damages the write-ahead log of a dead process, and knows what recovery must keep all the same.
 */
final class DamagedWal {

    private static final int SECTOR_BYTES = 512;
    private static final int HEADERS = 4;
    private static final int BLOCK_BYTES = 4096;

    /**
     * Bounds of the loss that a damaged log explains.
     *
     * @param refusalDue later units say that more had been acked, or damaged bytes are there to see
     * @param keptIfRefused end, by stream id, below which all must be kept once the operator has
     *     given up what cannot be read
     * @param keptIfNot the same when the log is taken for one that was torn there
     */
    record Cost(boolean refusalDue, Map<Long, Long> keptIfRefused, Map<Long, Long> keptIfNot) {

        /** Returns the end that an opening of the stream must reach. */
        long keptEnd(long streamId, StreamRecords records, boolean refused) {
            Map<Long, Long> kept = refused ? keptIfRefused : keptIfNot;
            return Math.min(records.ackedEnd(), kept.getOrDefault(streamId, Long.MAX_VALUE));
        }
    }

    private final Simulation simulation;
    private final SimulatedBucket bucket;
    private final @Nullable Platter platter;
    private final Map<Long, StreamRecords> streams;
    private final Chance chance;

    /**
     * @param platter null for a log in the bucket
     * @param streams by stream id
     */
    DamagedWal(
            Simulation simulation,
            SimulatedBucket bucket,
            @Nullable Platter platter,
            Map<Long, StreamRecords> streams) {
        this.simulation = simulation;
        this.bucket = bucket;
        this.platter = platter;
        this.streams = streams;
        this.chance = simulation.chance().split();
    }

    /** Damages what the node's last epoch left uncommitted; returns null if that is nothing. */
    @Nullable Cost strike(CoreImage image, CoreImage.NodeState node) {
        long covered = node.walLsns().getFirst();
        Platter disk = platter;
        if (disk != null && chance.oneIn(5)) {
            return strikeHeader(disk);
        }
        List<LogUnit> units =
                disk != null
                        ? LogUnit.ofDisk(disk, node.nodeEpoch(), covered)
                        : LogUnit.ofBucket(bucket, node.nodeId(), node.nodeEpoch(), covered);
        if (units.isEmpty()) {
            return null;
        }
        Set<Integer> lost = new TreeSet<>();
        boolean refusalDue = false;
        for (int i = chance.between(1, 2); i > 0; i--) {
            int victim = chance.nextInt(units.size());
            if (lost.add(victim)) {
                LogUnit unit = units.get(victim);
                refusalDue |= disk != null ? strike(disk, unit) : strike(node, unit);
            }
        }
        return cost(image, units, lost, covered, refusalDue);
    }

    private Cost strikeHeader(Platter disk) {
        int at = chance.nextInt(HEADERS) * BLOCK_BYTES + chance.nextInt(48);
        simulation.say("the disk's header is damaged at %d", at);
        byte[] one = {(byte) (disk.contents()[at] ^ 1 << chance.nextInt(8))};
        disk.overwrite(at, one);
        return new Cost(false, Map.of(), Map.of());
    }

    private boolean strike(Platter disk, LogUnit unit) {
        int at = chance.nextInt(unit.bytes().length);
        int size = Math.min(chance.oneOf(List.of(1, 8, SECTOR_BYTES)), unit.bytes().length - at);
        byte[] damaged = Arrays.copyOfRange(unit.bytes(), at, at + size);
        for (int i = 0; i < size; i++) {
            damaged[i] ^= (byte) (1 + chance.nextInt(255));
        }
        simulation.say("the batch at LSN %d loses %d bytes at %d", unit.start(), size, at);
        disk.overwrite((int) unit.place() + at, damaged);
        return false;
    }

    /** Returns true if the object is still there: that it does not check tells of damage. */
    private boolean strike(CoreImage.NodeState node, LogUnit unit) {
        String prefix = LogUnit.prefix(node.nodeId(), node.nodeEpoch());
        String key = prefix + "%020d".formatted(unit.place());
        List<String> others =
                bucket.keys(prefix).stream().filter(other -> !other.equals(key)).toList();
        var kind = chance.oneOf(List.of(ObjectDamage.values()));
        byte[] another = others.isEmpty() ? new byte[0] : bucket.bytes(chance.oneOf(others));
        simulation.say("%s: %s", key, kind);
        bucket.damage(key, kind.of(unit.bytes(), another, chance));
        return kind != ObjectDamage.GONE;
    }

    private Cost cost(
            CoreImage image,
            List<LogUnit> units,
            Set<Integer> lost,
            long covered,
            boolean damageToSee) {
        int first = lost.iterator().next();
        long stop = Math.max(units.get(first).start(), platter != null ? covered : 0);
        boolean told = damageToSee;
        List<LogUnit> damaged = new ArrayList<>();
        for (int i = 0; i < units.size(); i++) {
            if (lost.contains(i)) {
                damaged.add(units.get(i));
            } else {
                told |= i > first && units.get(i).ackedBelow() > stop;
            }
        }
        return new Cost(
                told,
                keptBefore(image, damaged),
                keptBefore(image, units.subList(first, units.size())));
    }

    /** Returns, by stream id, the offset of the first uncommitted append that a unit holds. */
    private Map<Long, Long> keptBefore(CoreImage image, List<LogUnit> lost) {
        Map<Long, Long> kept = new HashMap<>();
        streams.forEach((id, records) -> {
            long committed = image.stream(id).map(CoreImage.StreamState::endOffset).orElse(0L);
            for (StreamRecords.Append each : records.from(committed)) {
                if (lost.stream().anyMatch(unit -> unit.holds(each))) {
                    kept.put(id, each.baseOffset());
                    return;
                }
            }
        });
        return kept;
    }
}
