package io.oxbow.tableflow.verify;

import io.oxbow.tableflow.TableFlowException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads a topic's log over Kafka's protocol. Not thread-safe. */
public final class KafkaLogSource implements LogSource {

    private static final Duration POLL = Duration.ofSeconds(1);
    private static final int EMPTY_POLLS_MAX = 60;

    private final String topic;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final int partitions;

    public KafkaLogSource(String bootstrap, String topic) {
        this.topic = topic;
        Map<String, Object> config = new HashMap<>();
        config.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        config.put(ConsumerConfig.CHECK_CRCS_CONFIG, true);
        // A table has what is committed, and nothing of a transaction that is open.
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        consumer =
                new KafkaConsumer<>(
                        config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<PartitionInfo> found = consumer.partitionsFor(topic);
        if (found == null || found.isEmpty()) {
            consumer.close();
            throw TableFlowException.fatal("there is no topic '%s'".formatted(topic));
        }
        partitions = found.size();
    }

    @Override
    public int partitions() {
        return partitions;
    }

    private TopicPartition at(int partition) {
        return new TopicPartition(topic, partition);
    }

    @Override
    public long startOffset(int partition) {
        return consumer.beginningOffsets(List.of(at(partition))).getOrDefault(at(partition), 0L);
    }

    @Override
    public long endOffset(int partition) {
        return consumer.endOffsets(List.of(at(partition))).getOrDefault(at(partition), 0L);
    }

    @Override
    public void read(
            int partition,
            long fromOffset,
            long toOffset,
            Consumer<ConsumerRecord<byte[], byte[]>> records) {
        TopicPartition at = at(partition);
        consumer.assign(List.of(at));
        consumer.seek(at, fromOffset);
        int empty = 0;
        while (consumer.position(at) < toOffset) {
            var polled = consumer.poll(POLL);
            for (ConsumerRecord<byte[], byte[]> record : polled) {
                if (record.offset() < toOffset) {
                    records.accept(record);
                }
            }
            empty = polled.isEmpty() ? empty + 1 : 0;
            if (empty > EMPTY_POLLS_MAX) {
                throw TableFlowException.retryable(
                        "partition %d gives no records from offset %d on"
                                .formatted(partition, consumer.position(at)),
                        null);
            }
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
