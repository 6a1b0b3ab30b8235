package io.oxbow.s3stream.image;

import io.oxbow.s3stream.binary.BinaryReader;
import io.oxbow.s3stream.binary.BinaryWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Nodes and their epochs in the image. An epoch is live, then fenced and unrecovered, then
 * forgotten. Not thread-safe.
 */
public final class NodeTable {

    /**
     * Number of a node's earlier incarnations that are kept, so that a late repetition of an old
     * registration cannot fence a newer process.
     */
    private static final int RETIRED_INCARNATIONS = 16;

    public static final long NOBODY = 0;

    /** Node epoch that is live, or fenced and unrecovered. */
    static final class Epoch {
        final int nodeId;
        final long nodeEpoch;
        final WalKind walKind;
        final List<UUID> walIds;
        boolean fenced;

        /** Covered LSN of each volume, in the order of the ids; one LSN for a log in the bucket. */
        private final long[] walLsns;

        long lastCommitSeq;

        /** Epoch that made the last commit: this epoch itself, or its recoverer. */
        long lastCommitter;

        long settledBelow;

        /** Epoch that last claimed the recovery of this one, {@link #NOBODY} if none has. */
        long recoverer;

        Epoch(int nodeId, long nodeEpoch, WalKind walKind, List<UUID> walIds) {
            this.nodeId = nodeId;
            this.nodeEpoch = nodeEpoch;
            this.walKind = walKind;
            this.walIds = walIds;
            this.walLsns = new long[walKind.positions(walIds.size())];
            this.lastCommitter = nodeEpoch;
        }

        public List<Long> walLsns() {
            return Arrays.stream(walLsns).boxed().toList();
        }

        /** Raises the covered LSNs, which never fall. */
        public void cover(List<Long> lsns) {
            for (int i = 0; i < walLsns.length; i++) {
                walLsns[i] = Math.max(walLsns[i], lsns.get(i));
            }
        }

        /**
         * Starts at the LSNs up to which {@code earlier} is covered, on volumes that both epochs
         * write.
         */
        public void startAfter(Epoch earlier) {
            for (int i = 0; i < walIds.size(); i++) {
                int there = earlier.walIds.indexOf(walIds.get(i));
                if (there >= 0) {
                    walLsns[i] = Math.max(walLsns[i], earlier.walLsns[there]);
                }
            }
        }

        public ApplyResult.DeadEpoch dead() {
            return new ApplyResult.DeadEpoch(
                    nodeId, nodeEpoch, walKind, walIds, walLsns(), lastCommitSeq);
        }
    }

    private static final class Row {
        final CoreRecord.RegisterNode registration;
        final Epoch newest;
        final Deque<UUID> retired;

        public Row(CoreRecord.RegisterNode registration, Epoch newest, Deque<UUID> retired) {
            this.registration = registration;
            this.newest = newest;
            this.retired = retired;
        }
    }

    private final TreeMap<Integer, Row> rows = new TreeMap<>();

    /** Fenced epochs whose write-ahead log must be recovered. */
    private final TreeMap<Long, Epoch> unrecovered = new TreeMap<>();

    /** Ids of removed nodes, which are not given again. */
    private final TreeSet<Integer> removed = new TreeSet<>();

    private long lastNodeEpoch;

    public ApplyResult register(CoreRecord.RegisterNode registration) {
        Row row = rows.get(registration.nodeId());
        Epoch other = holderOfItsWal(registration);
        if (other != null) {
            return new ApplyResult.Refused(
                    "a volume of %s is of the write-ahead log of node %d, whose epoch %d has not been recovered"
                            .formatted(registration.walIds(), other.nodeId, other.nodeEpoch));
        }
        if (row == null) {
            ApplyResult obstacle = obstacleOfANewcomer(registration);
            return obstacle != null
                    ? obstacle
                    : registered(admit(registration, new ArrayDeque<>()));
        }
        Epoch newest = row.newest;
        if (row.registration.incarnation().equals(registration.incarnation())) {
            return newest.fenced ? fenced(newest.nodeEpoch) : registered(newest);
        }
        if (row.retired.contains(registration.incarnation())) {
            return new ApplyResult.Fenced(
                    "incarnation %s of node %d was followed by epoch %d"
                            .formatted(
                                    registration.incarnation(),
                                    registration.nodeId(),
                                    newest.nodeEpoch));
        }
        ApplyResult obstacle =
                newest.fenced
                        ? holderOfItsAddress(registration)
                        : firstOf(
                                holderOfItsId(registration, row), holderOfItsAddress(registration));
        if (obstacle != null) {
            return obstacle;
        }
        if (!newest.fenced) {
            fence(newest);
        }
        row.retired.addLast(row.registration.incarnation());
        if (row.retired.size() > RETIRED_INCARNATIONS) {
            row.retired.removeFirst();
        }
        // The ring's positions go on: whatever the new epoch writes lies beyond what is covered.
        Epoch epoch = admit(registration, row.retired);
        epoch.startAfter(newest);
        return registered(epoch);
    }

    /**
     * Returns why a member cannot follow the live epoch of its id, or null. It needs that epoch's
     * secret, and a later start: a registration that arrives late must not unseat its successor. A
     * process that was alone led the log as long as it served, so it is gone.
     */
    private static @Nullable ApplyResult holderOfItsId(
            CoreRecord.RegisterNode registration, Row row) {
        Membership own = registration.membership();
        Membership holder = row.registration.membership();
        if (own.isAlone() || holder.isAlone()) {
            return null;
        }
        if (!own.hasSecret() || !own.secret().equals(holder.secret())) {
            return new ApplyResult.Refused(
                    "node %d is held by the process at %s, at epoch %d"
                            .formatted(
                                    registration.nodeId(),
                                    row.registration.endpoint(),
                                    row.newest.nodeEpoch));
        }
        return own.start() > holder.start()
                ? null
                : new ApplyResult.Fenced(
                        "start %d of node %d was followed by start %d"
                                .formatted(own.start(), registration.nodeId(), holder.start()));
    }

    private @Nullable ApplyResult obstacleOfANewcomer(CoreRecord.RegisterNode registration) {
        return removed.contains(registration.nodeId())
                ? new ApplyResult.Refused(
                        "node %d was removed, and its id is not given again; the greatest so far is %d"
                                .formatted(registration.nodeId(), lastNodeId()))
                : holderOfItsAddress(registration);
    }

    private static @Nullable ApplyResult firstOf(
            @Nullable ApplyResult first, @Nullable ApplyResult second) {
        return first != null ? first : second;
    }

    /** Returns which live node has one of these addresses, or null. */
    private @Nullable ApplyResult holderOfItsAddress(CoreRecord.RegisterNode registration) {
        if (registration.membership().clientEndpoints().isEmpty()) {
            return null;
        }
        for (Row row : rows.values()) {
            Membership other = row.registration.membership();
            String shared = registration.membership().sharedWith(other);
            if (row.newest.nodeId != registration.nodeId()
                    && !row.newest.fenced
                    && shared != null) {
                return new ApplyResult.Refused(
                        "node %d has the address %s, at epoch %d"
                                .formatted(row.newest.nodeId, shared, row.newest.nodeEpoch));
            }
        }
        return null;
    }

    /**
     * Returns another node's epoch that writes one of these volumes, or whose acked appends may be
     * in one.
     */
    private @Nullable Epoch holderOfItsWal(CoreRecord.RegisterNode registration) {
        return Stream.concat(
                        rows.values().stream().map(row -> row.newest).filter(e -> !e.fenced),
                        unrecovered.values().stream())
                .filter(epoch -> epoch.nodeId != registration.nodeId())
                .filter(epoch -> !Collections.disjoint(epoch.walIds, registration.walIds()))
                .findFirst()
                .orElse(null);
    }

    private Epoch admit(CoreRecord.RegisterNode registration, Deque<UUID> retired) {
        var epoch =
                new Epoch(
                        registration.nodeId(),
                        ++lastNodeEpoch,
                        registration.walKind(),
                        registration.walIds());
        rows.put(registration.nodeId(), new Row(registration, epoch, retired));
        return epoch;
    }

    private ApplyResult registered(Epoch epoch) {
        return new ApplyResult.Registered(epoch.nodeEpoch, unrecoveredOf(epoch.nodeId));
    }

    public ApplyResult fence(CoreRecord.FenceNode record) {
        Row row = rows.get(record.nodeId());
        if (row == null || record.nodeEpoch() > row.newest.nodeEpoch) {
            return new ApplyResult.Refused(
                    "node %d has no epoch %d".formatted(record.nodeId(), record.nodeEpoch()));
        }
        if (record.nodeEpoch() < row.newest.nodeEpoch || row.newest.fenced) {
            return new ApplyResult.AlreadyApplied();
        }
        fence(row.newest);
        return new ApplyResult.Applied();
    }

    ApplyResult remove(CoreRecord.RemoveNode record) {
        int nodeId = record.nodeId();
        if (removed.contains(nodeId)) {
            return new ApplyResult.AlreadyApplied();
        }
        Row row = rows.get(nodeId);
        if (row == null) {
            return new ApplyResult.Refused("there is no node %d".formatted(nodeId));
        }
        if (!row.newest.fenced) {
            return new ApplyResult.Refused(
                    "node %d lives, at epoch %d".formatted(nodeId, row.newest.nodeEpoch));
        }
        List<ApplyResult.DeadEpoch> dead = unrecoveredOf(nodeId);
        if (!dead.isEmpty()) {
            return new ApplyResult.Refused(
                    "the write-ahead log of node %d, epoch %d, has not been recovered"
                            .formatted(nodeId, dead.getFirst().nodeEpoch()));
        }
        rows.remove(nodeId);
        removed.add(nodeId);
        return new ApplyResult.Applied();
    }

    boolean isRemoved(int nodeId) {
        return removed.contains(nodeId);
    }

    int lastNodeId() {
        return Math.max(
                rows.isEmpty() ? 0 : rows.lastKey(), removed.isEmpty() ? 0 : removed.last());
    }

    private void fence(Epoch epoch) {
        epoch.fenced = true;
        unrecovered.put(epoch.nodeEpoch, epoch);
    }

    /**
     * Grants the claim, unless another live node holds it; a later epoch of the dead one's own node
     * may take it over.
     */
    ApplyResult claimRecovery(CoreRecord.ClaimRecovery claim) {
        if (live(claim.nodeId(), claim.nodeEpoch()) == null) {
            return fenced(claim.nodeEpoch());
        }
        Epoch dead = unrecovered.get(claim.deadEpoch());
        if (dead == null || dead.nodeId != claim.deadNode()) {
            return notUnrecovered(claim.deadNode(), claim.deadEpoch());
        }
        boolean anothers = dead.recoverer != claim.nodeEpoch() && isLive(dead.recoverer);
        if (anothers && claim.nodeId() != dead.nodeId) {
            return new ApplyResult.Refused(
                    "epoch %d is being recovered by epoch %d"
                            .formatted(dead.nodeEpoch, dead.recoverer));
        }
        dead.recoverer = claim.nodeEpoch();
        return new ApplyResult.Claimed(dead.dead());
    }

    /** Takes a claim back from its holder; changes nothing for any other node. */
    ApplyResult releaseRecovery(CoreRecord.ReleaseRecovery release) {
        Epoch dead = unrecovered.get(release.deadEpoch());
        if (dead == null
                || dead.nodeId != release.deadNode()
                || dead.recoverer != release.nodeEpoch()) {
            return new ApplyResult.AlreadyApplied();
        }
        dead.recoverer = NOBODY;
        return new ApplyResult.Applied();
    }

    private ApplyResult notUnrecovered(int nodeId, long nodeEpoch) {
        return wasRecovered(nodeId, nodeEpoch)
                ? new ApplyResult.AlreadyApplied()
                : new ApplyResult.Refused(
                        "node %d has no fenced epoch %d".formatted(nodeId, nodeEpoch));
    }

    ApplyResult completeRecovery(CoreRecord.CompleteRecovery record) {
        Epoch dead = unrecovered.get(record.deadEpoch());
        if (dead == null || dead.nodeId != record.nodeId()) {
            return notUnrecovered(record.nodeId(), record.deadEpoch());
        }
        // A process that ends in good order fences itself and vouches for its own WAL.
        if (record.recovererEpoch() != dead.nodeEpoch) {
            if (!isLive(record.recovererEpoch())) {
                return fenced(record.recovererEpoch());
            }
            if (record.recovererEpoch() != dead.recoverer) {
                return notClaimed(dead, record.recovererEpoch());
            }
        }
        unrecovered.remove(dead.nodeEpoch);
        unrecovered.values().forEach(later -> startAfter(dead, later));
        Row row = rows.get(dead.nodeId);
        if (row != null) {
            startAfter(dead, row.newest);
        }
        return new ApplyResult.Applied();
    }

    /**
     * Raises the start of a later epoch in the same write-ahead log beyond what {@code recovered}
     * wrote, which may be overwritten.
     */
    private static void startAfter(Epoch recovered, Epoch later) {
        if (later.nodeEpoch > recovered.nodeEpoch) {
            later.startAfter(recovered);
        }
    }

    static ApplyResult notClaimed(Epoch dead, long nodeEpoch) {
        return new ApplyResult.Refused(
                "the recovery of epoch %d is claimed by epoch %d, not by epoch %d"
                        .formatted(dead.nodeEpoch, dead.recoverer, nodeEpoch));
    }

    private boolean wasRecovered(int nodeId, long nodeEpoch) {
        Row row = rows.get(nodeId);
        if (row == null || unrecovered.containsKey(nodeEpoch)) {
            return false;
        }
        return nodeEpoch < row.newest.nodeEpoch
                || (nodeEpoch == row.newest.nodeEpoch && row.newest.fenced);
    }

    /** Returns the epoch if it is the node's newest and not fenced, else null. */
    public @Nullable Epoch live(int nodeId, long nodeEpoch) {
        Row row = rows.get(nodeId);
        return row == null || row.newest.nodeEpoch != nodeEpoch || row.newest.fenced
                ? null
                : row.newest;
    }

    public @Nullable Epoch unrecovered(long nodeEpoch) {
        return unrecovered.get(nodeEpoch);
    }

    public boolean isLive(long nodeEpoch) {
        for (Row row : rows.values()) {
            if (row.newest.nodeEpoch == nodeEpoch) {
                return !row.newest.fenced;
            }
        }
        return false;
    }

    public static ApplyResult fenced(long nodeEpoch) {
        return new ApplyResult.Fenced("node epoch %d is fenced or unknown".formatted(nodeEpoch));
    }

    public List<ApplyResult.DeadEpoch> unrecovered() {
        return unrecovered.values().stream().map(Epoch::dead).toList();
    }

    private List<ApplyResult.DeadEpoch> unrecoveredOf(int nodeId) {
        return unrecovered.values().stream()
                .filter(epoch -> epoch.nodeId == nodeId)
                .map(Epoch::dead)
                .toList();
    }

    public List<CoreImage.NodeState> states() {
        Map<Integer, List<ApplyResult.DeadEpoch>> dead =
                unrecovered().stream()
                        .collect(Collectors.groupingBy(ApplyResult.DeadEpoch::nodeId));
        return rows.values().stream()
                .map(row -> state(row, dead.getOrDefault(row.newest.nodeId, List.of())))
                .toList();
    }

    public Optional<CoreImage.NodeState> state(int nodeId) {
        return Optional.ofNullable(rows.get(nodeId)).map(row -> state(row, unrecoveredOf(nodeId)));
    }

    private static CoreImage.NodeState state(Row row, List<ApplyResult.DeadEpoch> dead) {
        CoreRecord.RegisterNode registration = row.registration;
        Epoch epoch = row.newest;
        return new CoreImage.NodeState(
                epoch.nodeId,
                epoch.nodeEpoch,
                epoch.fenced,
                registration.incarnation(),
                registration.walKind(),
                registration.walIds(),
                registration.endpoint(),
                registration.membership(),
                epoch.walLsns(),
                epoch.lastCommitSeq,
                epoch.settledBelow,
                dead);
    }

    public void writeTo(BinaryWriter out) {
        out.varint(lastNodeEpoch);
        out.varint(rows.size());
        for (Row row : rows.values()) {
            out.sized(CoreRecordCodec.encode(row.registration));
            writeEpoch(row.newest, out);
            out.varint(row.retired.size());
            row.retired.forEach(out::uuid);
        }
        out.varint(unrecovered.size());
        unrecovered.values().forEach(epoch -> writeEpoch(epoch, out));
    }

    /** Writes the removed ids; nothing without any, as before nodes could be removed. */
    void writeRemovedTo(BinaryWriter out) {
        if (!removed.isEmpty()) {
            CoreRecordCodec.writeNaturals(removed.stream().map(Integer::longValue).toList(), out);
        }
    }

    void readRemovedFrom(BinaryReader in) {
        if (in.remaining() > 0) {
            removed.addAll(CoreRecordCodec.list(in, 1, () -> CoreRecordCodec.int31(in)));
        }
    }

    private static void writeEpoch(Epoch epoch, BinaryWriter out) {
        out.varint(epoch.nodeId);
        out.varint(epoch.nodeEpoch);
        CoreRecordCodec.writeWal(epoch.walKind, epoch.walIds, out);
        out.int8(epoch.fenced ? 1 : 0);
        CoreRecordCodec.writeNaturals(epoch.walLsns(), out);
        out.varint(epoch.lastCommitSeq);
        out.varint(epoch.lastCommitter);
        out.varint(epoch.settledBelow);
        out.varint(epoch.recoverer);
    }

    private static Epoch readEpoch(BinaryReader in) {
        var epoch =
                new Epoch(
                        CoreRecordCodec.int31(in),
                        in.natural(),
                        CoreRecordCodec.readWalKind(in),
                        CoreRecordCodec.readWalIds(in));
        epoch.fenced = CoreRecordCodec.flag(in);
        List<Long> walLsns = CoreRecordCodec.list(in, 1, in::natural);
        if (walLsns.size() != epoch.walLsns.length) {
            throw in.corrupt(
                    "%d WAL positions of an epoch with %d"
                            .formatted(walLsns.size(), epoch.walLsns.length));
        }
        epoch.cover(walLsns);
        epoch.lastCommitSeq = in.natural();
        epoch.lastCommitter = in.natural();
        epoch.settledBelow = in.natural();
        epoch.recoverer = in.natural();
        return epoch;
    }

    public static NodeTable readFrom(BinaryReader in) {
        var table = new NodeTable();
        table.lastNodeEpoch = in.natural();
        int count = in.count(28);
        for (int i = 0; i < count; i++) {
            if (!(CoreRecordCodec.decode(in.sized())
                    instanceof CoreRecord.RegisterNode registration)) {
                throw in.corrupt("a node without registration");
            }
            Epoch epoch = readEpoch(in);
            var retired = new ArrayList<UUID>();
            int retiredCount = in.count(16);
            for (int j = 0; j < retiredCount; j++) {
                retired.add(in.uuid());
            }
            table.rows.put(
                    registration.nodeId(), new Row(registration, epoch, new ArrayDeque<>(retired)));
        }
        int unrecoveredCount = in.count(10);
        for (int i = 0; i < unrecoveredCount; i++) {
            Epoch epoch = readEpoch(in);
            Row row = table.rows.get(epoch.nodeId);
            if (row != null && row.newest.nodeEpoch == epoch.nodeEpoch) {
                epoch = row.newest;
            }
            table.unrecovered.put(epoch.nodeEpoch, epoch);
        }
        return table;
    }
}
