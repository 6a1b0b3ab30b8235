package io.oxbow.node.hostile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceDataCollection;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.requests.ProduceRequest;

/** Attacks of hostile clients by the records that they send. */
final class ProduceAttacks {

    private ProduceAttacks() {}

    static Map<String, Attack> all() {
        return Map.of(
                "pipelined records",
                (target, random) -> flood(target, random, target.bait(), batch(1_000, 1)),
                "inflating records",
                (target, random) -> {
                    byte[] zeros = batch(random.nextInt(1 << 20, 32 << 20), random.nextInt(1, 4));
                    flood(target, random, Hostility.RECOMPRESSED, zeros);
                },
                "many tiny records",
                (target, random) ->
                        flood(target, random, Hostility.RECOMPRESSED, batch(0, 500_000)));
    }

    /** Sends one frame of Produce after the other, and reads no reply. */
    private static void flood(Target target, RandomGenerator random, String topic, byte[] batch)
            throws IOException, InterruptedException {
        byte[] frame = frame(topic, random.nextInt(Hostility.PARTITIONS), batch);
        try (var sockets = new Sockets()) {
            for (int i = random.nextInt(1, 17); i > 0; i--) {
                sockets.write(sockets.add(target.kafka(4 << 10)), frame, 200);
            }
            target.hold(random.nextLong(500, 3_000));
        }
    }

    private static byte[] frame(String topic, int partition, byte[] batch) {
        var records = MemoryRecords.readableRecords(ByteBuffer.wrap(batch));
        var data =
                new TopicProduceData()
                        .setName(topic)
                        .setPartitionData(
                                List.of(
                                        new PartitionProduceData()
                                                .setIndex(partition)
                                                .setRecords(records)));
        var request =
                new ProduceRequestData()
                        .setAcks((short) -1)
                        .setTimeoutMs(10_000)
                        .setTopicData(new TopicProduceDataCollection(List.of(data).iterator()));
        return KafkaAttacks.frame(ProduceRequest.builder(request).build((short) 9));
    }

    /** Records of nothing but zeros, which are small as long as they are compressed. */
    private static byte[] batch(int bytes, int count) {
        var zeros = new SimpleRecord(0, new byte[0], new byte[bytes]);
        SimpleRecord[] records = new SimpleRecord[count];
        java.util.Arrays.fill(records, zeros);
        ByteBuffer buffer = MemoryRecords.withRecords(Compression.gzip().build(), records).buffer();
        byte[] batch = new byte[buffer.remaining()];
        buffer.get(batch);
        return batch;
    }
}
