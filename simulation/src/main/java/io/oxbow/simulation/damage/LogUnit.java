package io.oxbow.simulation.damage;

import io.oxbow.s3stream.wal.disk.WalDisk;
import io.oxbow.simulation.world.Platter;
import io.oxbow.simulation.world.SimulatedBucket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Batch of a file's write-ahead log or object of one in the bucket: it is whole or lost as one.
 * Read by the documented grammar and not by the code under test.
 *
 * @param place position on the disk, or sequence number of the object
 * @param start LSN of the batch, or sequence number of the object
 * @param end LSN after the frames, or the next sequence number
 * @param ackedBelow where it says that all below had been durable when it was sealed
 */
@SuppressWarnings("ArrayRecordComponent")
record LogUnit(long place, long start, long end, long ackedBelow, byte[] bytes) {

    private static final int ACKED_AT = 56;

    private static final int BATCH_MAGIC = 0x4f584254;
    private static final int BATCH_HEADER_BYTES = 72;
    private static final int RING_START = 4 * WalDisk.BLOCK_BYTES;

    private static final int OBJECT_HEADER_BYTES = 80;
    private static final int SEQ_SHIFT = 25;

    /** Returns the batches of a node epoch that reach beyond the covered LSN, in order. */
    static List<LogUnit> ofDisk(Platter platter, long nodeEpoch, long coveredLsn) {
        byte[] disk = platter.contents();
        ByteBuffer in = ByteBuffer.wrap(disk);
        List<LogUnit> found = new ArrayList<>();
        for (int at = RING_START;
                at + BATCH_HEADER_BYTES <= disk.length;
                at += WalDisk.BLOCK_BYTES) {
            long start = in.getLong(at + 32);
            int size = BATCH_HEADER_BYTES + in.getInt(at + 44);
            boolean isBatch = in.getInt(at) == BATCH_MAGIC && in.getLong(at + 24) == nodeEpoch;
            if (isBatch && start + size > coveredLsn) {
                byte[] bytes = Arrays.copyOfRange(disk, at, at + size);
                found.add(new LogUnit(at, start, start + size, in.getLong(at + ACKED_AT), bytes));
            }
        }
        found.sort((a, b) -> Long.compare(a.start, b.start));
        return found;
    }

    /** Returns the objects of a node epoch that reach beyond the covered LSN, in order. */
    static List<LogUnit> ofBucket(
            SimulatedBucket bucket, int nodeId, long nodeEpoch, long coveredLsn) {
        List<LogUnit> found = new ArrayList<>();
        for (String key : bucket.keys(prefix(nodeId, nodeEpoch))) {
            byte[] bytes = bucket.bytes(key);
            long seq = Long.parseLong(key.substring(key.lastIndexOf('/') + 1));
            long end = (seq << SEQ_SHIFT) + bytes.length;
            if (seq > 0 && bytes.length > OBJECT_HEADER_BYTES && end > coveredLsn) {
                long acked = ByteBuffer.wrap(bytes).getLong(ACKED_AT);
                found.add(new LogUnit(seq, seq, seq + 1, acked, bytes));
            }
        }
        return found;
    }

    static String prefix(int nodeId, long nodeEpoch) {
        return "wal/%d/%d/".formatted(nodeId, nodeEpoch);
    }

    /** Returns true if the append's bytes lie in the unit. */
    boolean holds(StreamRecords.Append append) {
        byte[] wanted = append.bytes().array();
        for (int at = 0; at + wanted.length <= bytes.length; at++) {
            if (Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length)) {
                return true;
            }
        }
        return false;
    }
}
