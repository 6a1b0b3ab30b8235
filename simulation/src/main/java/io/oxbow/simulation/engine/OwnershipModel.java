package io.oxbow.simulation.engine;

import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.simulation.kernel.Simulation;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Checks invariants 8 and 12, and the commits' part of 9, by a second and simpler model of
 * ownership. Deposed, fenced and recovered epochs are sets here.
 */
final class OwnershipModel {

    private static final long NOBODY = 0;

    private static final class Owned {
        long epoch;
        long owner;
        long end;
    }

    private final Simulation simulation;
    private final Map<Integer, Long> newestEpoch = new HashMap<>();
    private final Map<Long, Owned> streams = new HashMap<>();
    private final Set<Long> fenced = new HashSet<>();
    private final Set<Long> recovered = new HashSet<>();
    private final Map<Long, Long> claims = new HashMap<>();
    private long lastNodeEpoch;

    OwnershipModel(Simulation simulation, Canon canon) {
        this.simulation = simulation;
        canon.watch(this::applied);
    }

    boolean isFenced(long nodeEpoch) {
        return fenced.contains(nodeEpoch);
    }

    private void applied(Canon.Applied slot) {
        for (int i = 0; i < slot.records().size(); i++) {
            apply(slot.records().get(i), slot.results().get(i));
        }
    }

    private void apply(CoreRecord record, ApplyResult result) {
        switch (record) {
            case CoreRecord.RegisterNode r when result instanceof ApplyResult.Registered v ->
                    registered(r.nodeId(), v.nodeEpoch());
            case CoreRecord.FenceNode r when result instanceof ApplyResult.Applied ->
                    fenced.add(r.nodeEpoch());
            case CoreRecord.CompleteRecovery r when result instanceof ApplyResult.Applied ->
                    completed(r);
            case CoreRecord.OpenStreams r when result instanceof ApplyResult.Opened(var opened) ->
                    opened(r.nodeEpoch(), opened);
            case CoreRecord.CloseStreams r when result instanceof ApplyResult.Applied ->
                    closed(r.nodeEpoch(), r.openings());
            case CoreRecord.DeleteStreams r when result instanceof ApplyResult.Applied ->
                    deleted(r.nodeEpoch(), r.streamIds());
            case CoreRecord.TrimStreams r when result instanceof ApplyResult.Applied ->
                    requireLive(r.nodeEpoch(), record);
            case CoreRecord.CommitObjects r
                    when result instanceof ApplyResult.Committed(var taken) ->
                    committed(r, taken);
            case CoreRecord.ClaimRecovery r when result instanceof ApplyResult.Claimed ->
                    claimed(r);
            case CoreRecord.CompactObjects r when result instanceof ApplyResult.Committed ->
                    requireLive(r.nodeEpoch(), record);
            case CoreRecord.RewriteExtents r when result instanceof ApplyResult.Committed ->
                    requireLive(r.nodeEpoch(), record);
            case CoreRecord.ArchiveExtents r when result instanceof ApplyResult.Applied ->
                    requireLive(r.nodeEpoch(), record);
            default -> {}
        }
    }

    private void claimed(CoreRecord.ClaimRecovery record) {
        requireLive(record.nodeEpoch(), record);
        simulation.check(
                fenced.contains(record.deadEpoch()) && !recovered.contains(record.deadEpoch()),
                "invariant 12: %s, but it is not fenced, or recovered",
                record);
        claims.put(record.deadEpoch(), record.nodeEpoch());
    }

    private void requireLive(long nodeEpoch, CoreRecord record) {
        simulation.check(
                !fenced.contains(nodeEpoch),
                "invariant 12: epoch %d is fenced, and %s was done",
                nodeEpoch,
                record);
    }

    private void registered(int nodeId, long epoch) {
        Long before = newestEpoch.put(nodeId, epoch);
        if (before != null && before == epoch) {
            return;
        }
        simulation.check(
                epoch > lastNodeEpoch, "invariant 8: epoch %d after %d", epoch, lastNodeEpoch);
        lastNodeEpoch = epoch;
        if (before != null) {
            fenced.add(before);
        }
    }

    private void completed(CoreRecord.CompleteRecovery record) {
        simulation.check(
                fenced.contains(record.deadEpoch()) && recovered.add(record.deadEpoch()),
                "%s: it is not fenced, or was recovered before",
                record);
        if (record.recovererEpoch() != record.deadEpoch()) {
            requireLive(record.recovererEpoch(), record);
            simulation.check(
                    Long.valueOf(record.recovererEpoch()).equals(claims.get(record.deadEpoch())),
                    "invariant 12: %s, but epoch %s claims it",
                    record,
                    String.valueOf(claims.get(record.deadEpoch())));
        }
        for (Owned each : streams.values()) {
            each.owner = each.owner == record.deadEpoch() ? NOBODY : each.owner;
        }
    }

    private void opened(long nodeEpoch, List<ApplyResult.OpenedStream> opened) {
        for (ApplyResult.OpenedStream each : opened) {
            Owned stream = streams.computeIfAbsent(each.streamId(), ignored -> new Owned());
            boolean again = stream.owner == nodeEpoch && stream.epoch == each.streamEpoch();
            boolean anew = stream.owner == NOBODY && each.streamEpoch() > stream.epoch;
            simulation.check(
                    (again || anew) && !fenced.contains(nodeEpoch),
                    "invariant 8: %s for epoch %d, but epoch %d has it at %d",
                    each,
                    nodeEpoch,
                    stream.owner,
                    stream.epoch);
            stream.owner = nodeEpoch;
            stream.epoch = each.streamEpoch();
        }
    }

    private void closed(long nodeEpoch, List<CoreRecord.Opening> openings) {
        for (CoreRecord.Opening each : openings) {
            Owned stream = streams.get(each.streamId());
            if (stream != null && stream.owner == nodeEpoch && stream.epoch == each.streamEpoch()) {
                stream.owner = NOBODY;
            }
        }
    }

    private void deleted(long nodeEpoch, List<Long> streamIds) {
        for (long id : streamIds) {
            Owned stream = streams.remove(id);
            simulation.check(
                    stream == null || stream.owner == NOBODY || stream.owner == nodeEpoch,
                    "invariant 8: epoch %d deletes stream %d of another",
                    nodeEpoch,
                    id);
        }
    }

    private void committed(CoreRecord.CommitObjects commit, List<Boolean> taken) {
        requireLive(commit.nodeEpoch(), commit);
        boolean own = commit.onBehalfOf() == 0 || commit.onBehalfOf() == commit.nodeEpoch();
        long owner = own ? commit.nodeEpoch() : commit.onBehalfOf();
        simulation.check(
                own || Long.valueOf(commit.nodeEpoch()).equals(claims.get(owner)),
                "invariant 12: %s is on behalf of an epoch that epoch %s claims",
                commit,
                String.valueOf(claims.get(owner)));
        simulation.check(
                own || !recovered.contains(owner), "invariant 12: %s: it is recovered", commit);
        List<CoreRecord.Range> ranges =
                commit.objects().stream().flatMap(object -> object.ranges().stream()).toList();
        for (int i = 0; i < taken.size(); i++) {
            if (taken.get(i)) {
                taken(ranges.get(i), owner);
            }
        }
    }

    private void taken(CoreRecord.Range range, long owner) {
        Owned stream = streams.get(range.streamId());
        simulation.check(
                stream != null
                        && stream.owner == owner
                        && stream.epoch == range.streamEpoch()
                        && stream.end == range.startOffset(),
                "invariant 9: %s of node epoch %d was committed at %s",
                range,
                owner,
                stream == null
                        ? "a stream that is not there"
                        : "epoch %d of node epoch %d, end %d"
                                .formatted(stream.epoch, stream.owner, stream.end));
        if (stream != null) {
            stream.end += range.count();
        }
    }
}
