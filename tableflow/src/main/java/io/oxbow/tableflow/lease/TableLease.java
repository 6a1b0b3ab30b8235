package io.oxbow.tableflow.lease;

import io.oxbow.s3stream.binary.BinaryReader;
import io.oxbow.s3stream.binary.BinaryWriter;
import java.util.UUID;

/**
 * Lease of one table, as its pointer holds it.
 *
 * @param worker holder, which translates the topic and commits
 * @param number epoch at which the holder commits; the next holder's is higher
 */
public record TableLease(Worker worker, long number) {

    static final String PREFIX = "tableflow/leases/";

    static String key(UUID topicId) {
        return PREFIX + topicId;
    }

    static UUID topicId(String key) {
        return UUID.fromString(key.substring(PREFIX.length()));
    }

    byte[] bytes() {
        var out = new BinaryWriter(16);
        out.varint(worker.nodeId());
        out.varint(worker.nodeEpoch());
        out.varint(number);
        return out.toByteArray();
    }

    static TableLease of(byte[] bytes) {
        var in = new BinaryReader("lease of a table", bytes);
        var worker = new Worker(Math.toIntExact(in.natural()), in.natural());
        long number = in.natural();
        in.end();
        return new TableLease(worker, number);
    }
}
