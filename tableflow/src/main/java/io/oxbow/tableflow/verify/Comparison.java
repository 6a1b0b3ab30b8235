package io.oxbow.tableflow.verify;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.OptionalLong;

/** Compares one partition's log with its rows, a window of offsets at a time. */
final class Comparison {

    private final int partition;
    private final long expiredBeforeMillis;
    private final boolean forgetful;
    private final Findings findings;
    private final Findings doubtful;
    private final MessageDigest digest;
    private long from;
    private int size;
    private long[] expected = new long[0];
    private long[] expectedInQuarantine = new long[0];
    private final BitSet inLog = new BitSet();
    private final BitSet readable = new BitSet();
    private final BitSet mayBeExpired = new BitSet();
    private final BitSet found = new BitSet();
    private final BitSet differing = new BitSet();
    private final BitSet explained = new BitSet();
    private final BitSet forgotten = new BitSet();
    private long rows;
    private long quarantined;
    private long expired;
    private long forgottenCount;

    /**
     * @param forgetful true when the log is cleaned and may lack records of which there are rows
     * @param doubtful takes what others can have done to the table
     */
    Comparison(
            int partition,
            long expiredBeforeMillis,
            boolean forgetful,
            Findings findings,
            Findings doubtful) {
        this.forgetful = forgetful;
        this.partition = partition;
        this.expiredBeforeMillis = expiredBeforeMillis;
        this.findings = findings;
        this.doubtful = doubtful;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    void begin(long fromOffset, int offsets) {
        from = fromOffset;
        size = offsets;
        expected = new long[offsets];
        expectedInQuarantine = new long[offsets];
        inLog.clear();
        readable.clear();
        mayBeExpired.clear();
        found.clear();
        differing.clear();
        explained.clear();
        forgotten.clear();
    }

    void expect(long offset, long timestampMillis, OptionalLong hash) {
        int at = (int) (offset - from);
        inLog.set(at);
        readable.set(at, hash.isPresent());
        mayBeExpired.set(at, timestampMillis < expiredBeforeMillis);
        expected[at] = hash.orElse(0);
    }

    void expectInQuarantine(long offset, long hash) {
        expectedInQuarantine[(int) (offset - from)] = hash;
    }

    void row(long offset, long hash) {
        int at = (int) (offset - from);
        if (isForgotten(offset, at)) {
            return;
        }
        rows++;
        if (arrives(offset, at)) {
            if (!readable.get(at)) {
                add(offset, VerifyResult.Kind.UNEXPECTED, "a row of a record that cannot be read");
            } else if (expected[at] != hash) {
                differing.set(at);
            }
        }
    }

    void quarantinedRow(long offset, long hash) {
        int at = (int) (offset - from);
        if (isForgotten(offset, at)) {
            return;
        }
        quarantined++;
        if (arrives(offset, at) && expectedInQuarantine[at] != hash) {
            add(offset, VerifyResult.Kind.ALTERED, "the quarantined row differs from its record");
        }
    }

    /** Returns true for a row whose record a cleaning took; there must be one row of it. */
    private boolean isForgotten(long offset, int at) {
        if (!forgetful || inLog.get(at)) {
            return false;
        }
        if (forgotten.get(at)) {
            add(offset, VerifyResult.Kind.DUPLICATE, "more than one row");
        } else {
            forgotten.set(at);
            forgottenCount++;
        }
        return true;
    }

    private boolean arrives(long offset, int at) {
        if (!inLog.get(at)) {
            add(
                    offset,
                    VerifyResult.Kind.UNEXPECTED,
                    "a row of a record that the log does not have");
            return false;
        }
        if (found.get(at)) {
            add(offset, VerifyResult.Kind.DUPLICATE, "more than one row");
            return false;
        }
        found.set(at);
        return true;
    }

    /** Returns the offsets whose rows are neither right nor expired. */
    BitSet suspects() {
        BitSet suspects = (BitSet) inLog.clone();
        suspects.andNot(found);
        suspects.andNot(mayBeExpired);
        suspects.or(differing);
        return suspects;
    }

    /** Returns true if a row of an earlier snapshot is the right one for this offset. */
    boolean wasRight(long offset, long hash) {
        int at = (int) (offset - from);
        return readable.get(at) && expected[at] == hash;
    }

    boolean isDiffering(long offset) {
        return differing.get((int) (offset - from));
    }

    /** Marks an offset as changed by a foreign snapshot: it is no finding any more. */
    void explain(long offset) {
        int at = (int) (offset - from);
        differing.clear(at);
        explained.set(at);
    }

    void end() {
        ByteBuffer entry = ByteBuffer.allocate(16);
        for (int at = inLog.nextSetBit(0); at >= 0 && at < size; at = inLog.nextSetBit(at + 1)) {
            if (differing.get(at)) {
                doubtful.add(
                        partition,
                        from + at,
                        VerifyResult.Kind.ALTERED,
                        "the row differs from its record");
            }
            if (found.get(at)) {
                entry.clear().putLong(from + at).putLong(expectedInQuarantine[at]).flip();
                digest.update(entry);
            } else if (mayBeExpired.get(at)) {
                expired++;
            } else if (!explained.get(at)) {
                // A record that cannot be read was never a row that others could delete.
                (readable.get(at) ? doubtful : findings)
                        .add(
                                partition,
                                from + at,
                                VerifyResult.Kind.MISSING,
                                "no row and nothing in quarantine");
            }
        }
    }

    private void add(long offset, VerifyResult.Kind kind, String what) {
        findings.add(partition, offset, kind, what);
    }

    VerifyResult.PartitionReport report(long start, long end, long lag, long notVerifiable) {
        return new VerifyResult.PartitionReport(
                partition,
                start,
                end,
                rows,
                quarantined,
                expired,
                lag,
                notVerifiable + forgottenCount,
                HexFormat.of().formatHex(digest.digest()));
    }
}
