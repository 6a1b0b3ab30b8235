package io.oxbow.simulation.scenario;

import io.oxbow.s3stream.wal.WalRecord;
import io.oxbow.simulation.kernel.Simulation;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The appends to a write-ahead log: tried, acked, and given up by their owner. */
final class WalModel {

    /** A record as scanned, with bytes of its own. */
    record Found(
            long lsn,
            long endLsn,
            long streamId,
            long streamEpoch,
            long baseOffset,
            ByteBuffer bytes) {
        String id() {
            return WalModel.id(streamId, streamEpoch, baseOffset);
        }
    }

    /** An append from the moment that it is tried. */
    static final class Attempt {
        private final WalRecord record;
        private final ByteBuffer bytes;
        private long lsn = -1;
        private long endLsn = -1;
        private boolean acked;
        private boolean lost;

        private Attempt(WalRecord record, ByteBuffer bytes) {
            this.record = record;
            this.bytes = bytes;
        }
    }

    private final Simulation simulation;
    private final Map<String, Attempt> attempts = new HashMap<>();
    private final List<Attempt> inOrder = new ArrayList<>();
    private final Map<Long, Long> committedNext = new TreeMap<>();
    private long committedLsn;
    private boolean damageExpected;

    WalModel(Simulation simulation) {
        this.simulation = simulation;
    }

    private static String id(long streamId, long streamEpoch, long baseOffset) {
        return streamId + "/" + streamEpoch + "/" + baseOffset;
    }

    /** Takes note that a byte was damaged: from now on only what is delivered must be right. */
    void expectDamage() {
        damageExpected = true;
    }

    boolean isDamageExpected() {
        return damageExpected;
    }

    /** Returns the LSN below which the owner has everything safe elsewhere. */
    long committedLsn() {
        return committedLsn;
    }

    long nextOffset(long streamId) {
        return committedNext.getOrDefault(streamId, 0L);
    }

    Attempt attempt(WalRecord record) {
        ByteBuffer copy = ByteBuffer.allocate(record.records().remaining());
        copy.put(record.records().duplicate()).flip();
        var attempt = new Attempt(record, copy);
        attempts.put(id(record.streamId(), record.streamEpoch(), record.baseOffset()), attempt);
        inOrder.add(attempt);
        return attempt;
    }

    void placed(Attempt attempt, long lsn, long endLsn) {
        attempt.lsn = lsn;
        attempt.endLsn = endLsn;
    }

    void acked(Attempt attempt) {
        attempt.acked = true;
    }

    /** Returns the end of an acked record beyond the committed LSN; -1 if there is none. */
    long commitCandidate(int skip) {
        long[] candidates =
                inOrder.stream()
                        .filter(a -> a.acked && a.endLsn > committedLsn)
                        .mapToLong(a -> a.endLsn)
                        .sorted()
                        .toArray();
        return candidates.length == 0 ? -1 : candidates[Math.min(skip, candidates.length - 1)];
    }

    /** Takes note that the owner has made everything below {@code lsn} safe elsewhere. */
    void commit(long lsn) {
        committedLsn = Math.max(committedLsn, lsn);
        for (Attempt each : inOrder) {
            if (each.acked && each.endLsn <= committedLsn) {
                committedNext.merge(each.record.streamId(), each.record.nextOffset(), Math::max);
            }
        }
    }

    /** Checks the records that a recovery found, and takes them for committed. */
    void recovered(List<Found> found, long endLsn) {
        checkAsWritten(found);
        checkInOrder(found);
        checkNothingAckedIsMissing(found);
        Set<String> ids = new HashSet<>();
        found.forEach(each -> ids.add(each.id()));
        for (Attempt each : inOrder) {
            WalRecord record = each.record;
            boolean isThere =
                    ids.contains(id(record.streamId(), record.streamEpoch(), record.baseOffset()));
            each.acked |= isThere;
            each.lost |= !each.acked;
        }
        for (Found each : found) {
            Attempt attempt = attemptOf(each);
            placed(attempt, each.lsn, each.endLsn);
        }
        commit(endLsn);
    }

    private Attempt attemptOf(Found found) {
        Attempt attempt = attempts.get(found.id());
        simulation.check(
                attempt != null, "record %s at %d was never appended", found.id(), found.lsn);
        return java.util.Objects.requireNonNull(attempt);
    }

    private void checkAsWritten(List<Found> found) {
        for (Found each : found) {
            Attempt attempt = attemptOf(each);
            simulation.check(
                    attempt.bytes.equals(each.bytes), "record %s has other bytes", each.id());
            simulation.check(
                    attempt.lsn < 0 || attempt.lsn == each.lsn,
                    "record %s was at %d, is found at %d",
                    each.id(),
                    attempt.lsn,
                    each.lsn);
            simulation.check(
                    !attempt.lost, "record %s was not found before and is back", each.id());
        }
    }

    private void checkInOrder(List<Found> found) {
        Map<Long, Long> next = new TreeMap<>(committedNext);
        long lsn = committedLsn;
        for (Found each : found) {
            simulation.check(each.lsn >= lsn, "%s at %d, after %d", each.id(), each.lsn, lsn);
            long expected = next.getOrDefault(each.streamId, 0L);
            simulation.check(
                    each.baseOffset == expected,
                    "gap: %s is found where offset %d should be",
                    each.id(),
                    expected);
            lsn = each.endLsn;
            next.put(each.streamId, attemptOf(each).record.nextOffset());
        }
    }

    private void checkNothingAckedIsMissing(List<Found> found) {
        if (damageExpected) {
            return;
        }
        Set<String> ids = new HashSet<>();
        found.forEach(each -> ids.add(each.id()));
        for (Attempt each : inOrder) {
            WalRecord record = each.record;
            String id = id(record.streamId(), record.streamEpoch(), record.baseOffset());
            simulation.check(
                    !each.acked || each.endLsn <= committedLsn || ids.contains(id),
                    "acked record %s at %d is lost (committed up to %d)",
                    id,
                    each.lsn,
                    committedLsn);
        }
    }
}
