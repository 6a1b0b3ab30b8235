package io.oxbow.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.broker.memory.MemoryPartition;
import io.oxbow.broker.memory.MemoryPartitions;
import io.oxbow.broker.records.InternalLogReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Random;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests that records of any content in an older bucket's group log take no group down. */
@Timeout(60)
class GroupLogGarbageTest {

    private static final int GROUPS = 8;
    private static final CompressionType[] COMPRESSIONS = {
        CompressionType.NONE, CompressionType.GZIP, CompressionType.LZ4, CompressionType.SNAPPY
    };

    @Test
    void garbageAmongTheRecordsTakesNoGroupDown() {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        long skipped = InternalLogReader.skippedRecords();
        try (var broker = new GroupFixture(new MemoryPartitions()).elect(1)) {
            var log = (MemoryPartition) broker.partitions.find(GroupFixture.LOG.topic(), 0).get();
            var offsets = new long[GROUPS];
            for (int round = 0; round < 60; round++) {
                int group = random.nextInt(GROUPS);
                offsets[group] = round + 1;
                assertThat(broker.commitWhenLoaded("g" + group, 0, offsets[group]))
                        .as("seed %d", seed)
                        .isEqualTo(Errors.NONE);
                log.append(garbage(random, log), AppendOrigin.COORDINATOR, 1);
            }
            broker.resign(1);
            broker.elect(2);
            for (int group = 0; group < GROUPS; group++) {
                long expected = offsets[group] == 0 ? -1 : offsets[group];
                assertThat(broker.committed("g" + group, 0))
                        .as("seed %d, group %d", seed, group)
                        .isEqualTo(expected);
            }
        }
        assertThat(InternalLogReader.skippedRecords()).isGreaterThan(skipped);
    }

    @Test
    void aLoadThatFailsForAPassingReasonIsTriedAgain() {
        try (var broker = new GroupFixture(new MemoryPartitions()).elect(1)) {
            assertThat(broker.commitWhenLoaded("g", 0, 7)).isEqualTo(Errors.NONE);
            var log = (MemoryPartition) broker.partitions.find(GroupFixture.LOG.topic(), 0).get();
            broker.groups.resigning(GroupFixture.LOG, 1);
            log.failReads(3);
            broker.groups.elected(GroupFixture.LOG, 1);
            GroupFixture.until(broker.groups::failingLoads, failing -> !failing.isEmpty());
            assertThat(broker.groups.failingLoads().values()).containsExactly("the bucket is away");
            assertThat(broker.committed("g", 0)).isEqualTo(7);
            assertThat(broker.groups.failingLoads()).isEmpty();
        }
    }

    private static MemoryRecords garbage(Random random, MemoryPartition log) {
        var records = new ArrayList<SimpleRecord>();
        for (int i = 0; i <= random.nextInt(4); i++) {
            records.add(
                    switch (random.nextInt(4)) {
                        case 0 -> new SimpleRecord(0L, null, bytes(random));
                        case 1 -> new SimpleRecord(0L, versioned(random), bytes(random));
                        case 2 -> new SimpleRecord(0L, versioned(random), null);
                        default -> mutated(random, log);
                    });
        }
        CompressionType type = COMPRESSIONS[random.nextInt(COMPRESSIONS.length)];
        var made =
                MemoryRecords.withRecords(
                        Compression.of(type).build(), records.toArray(SimpleRecord[]::new));
        if (random.nextInt(3) == 0) {
            ByteBuffer buffer = made.buffer();
            int at = 61 + random.nextInt(buffer.limit() - 61);
            buffer.put(at, (byte) random.nextInt());
        }
        return made;
    }

    /** Returns a record of the log with a byte or two of its key or value changed. */
    private static SimpleRecord mutated(Random random, MemoryPartition log) {
        var all = new ArrayList<SimpleRecord>();
        try (var fetched = log.read(0, Integer.MAX_VALUE)) {
            MemoryRecords first =
                    MemoryRecords.readableRecords(
                            fetched.appends().getFirst().records().duplicate());
            for (Record record : first.records()) {
                all.add(new SimpleRecord(0L, bytes(record.key()), bytes(record.value())));
            }
        }
        SimpleRecord record = all.getFirst();
        byte[] key = bytes(record.key());
        byte[] value = bytes(record.value());
        // Not the group's name: that would be another group's record, and a good one.
        byte[] hit = random.nextBoolean() ? value : key;
        int at = hit == key ? random.nextInt(4) : random.nextInt(hit.length);
        hit[at] = (byte) (hit[at] ^ (1 + random.nextInt(255)));
        if (hit == value) {
            key[key.length - 6] = 'x';
        }
        return new SimpleRecord(0L, key, value);
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    private static byte[] bytes(Random random) {
        byte[] bytes = new byte[random.nextInt(40)];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Returns bytes that begin as the keys of group records do. */
    private static byte[] versioned(Random random) {
        byte[] bytes = bytes(random);
        if (bytes.length > 1) {
            bytes[0] = 0;
            bytes[1] = (byte) random.nextInt(18);
        }
        return bytes;
    }
}
