package io.oxbow.broker;

import io.oxbow.broker.partition.StreamNames;
import io.oxbow.s3stream.StreamName;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.store.ObjectStore;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;

/** Ruins data objects in the bucket of a running broker. */
final class Damage {

    private static final int ENTRIES_MAX = 1000;

    private Damage() {}

    /** Flips bytes in all objects that hold records of the partition. */
    static void flip(BrokerProcess process, Uuid topic, int partition) {
        var keys = new TreeSet<String>();
        for (CoreImage.Entry entry : entries(process, topic, partition)) {
            keys.add(entry.objectKey());
        }
        keys.forEach(key -> flip(process.bucket, key, new Random(key.hashCode())));
    }

    static List<CoreImage.Entry> entries(BrokerProcess process, Uuid topic, int partition) {
        var name = StreamNames.of(new TopicIdPartition(topic, partition, ""), StreamName.Kind.DATA);
        CoreImage image = process.log.image();
        long stream = image.stream(name).orElseThrow().streamId();
        return image.entries(stream, 0, ENTRIES_MAX);
    }

    /** Flips a byte of each sixteen. */
    static void flip(ObjectStore bucket, String key, Random random) {
        byte[] bytes = bytes(bucket, key);
        for (int at = 0; at < bytes.length; at += 1 + random.nextInt(16)) {
            bytes[at] ^= 0x5a;
        }
        replace(bucket, key, bytes);
    }

    static byte[] bytes(ObjectStore bucket, String key) {
        var body = ((ObjectStore.GetResult.Found) bucket.get(key)).body();
        byte[] bytes = new byte[body.remaining()];
        body.get(bytes);
        return bytes;
    }

    static void replace(ObjectStore bucket, String key, byte[] bytes) {
        bucket.delete(List.of(key));
        bucket.put(key, List.of(ByteBuffer.wrap(bytes)));
    }
}
