package io.oxbow.tableflow.lease;

import io.oxbow.s3stream.binary.BinaryReader;
import io.oxbow.s3stream.binary.BinaryWriter;
import java.util.Comparator;

/** Process that translates tables: a node at one of its epochs. Ordered by epoch. */
public record Worker(int nodeId, long nodeEpoch) implements Comparable<Worker> {

    static final String PREFIX = "tableflow/workers/";

    private static final Comparator<Worker> ORDER =
            Comparator.comparingLong(Worker::nodeEpoch).thenComparingInt(Worker::nodeId);

    String key() {
        return PREFIX + nodeId;
    }

    byte[] bytes() {
        var out = new BinaryWriter(8);
        out.varint(nodeEpoch);
        return out.toByteArray();
    }

    static Worker of(String key, byte[] bytes) {
        var in = new BinaryReader("worker of tables", bytes);
        var worker = new Worker(Integer.parseInt(key.substring(PREFIX.length())), in.natural());
        in.end();
        return worker;
    }

    @Override
    public int compareTo(Worker other) {
        return ORDER.compare(this, other);
    }
}
