package io.oxbow.broker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Kafka's own clients, with strings. */
final class Clients {

    private Clients() {}

    static Admin admin(BrokerProcess process) {
        return Admin.create(Map.of("bootstrap.servers", process.bootstrap()));
    }

    static KafkaProducer<String, String> producer(BrokerProcess process) {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", process.bootstrap(), "linger.ms", 1),
                new StringSerializer(),
                new StringSerializer());
    }

    /**
     * @param protocol {@code classic} or {@code consumer}
     */
    static KafkaConsumer<String, String> consumer(
            BrokerProcess process, String group, String protocol) {
        return new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        process.bootstrap(),
                        "group.id",
                        group,
                        "group.protocol",
                        protocol,
                        "auto.offset.reset",
                        "earliest",
                        "enable.auto.commit",
                        false),
                new StringDeserializer(),
                new StringDeserializer());
    }

    /** Polls until {@code count} records are there; the test's time limit ends it. */
    static List<ConsumerRecord<String, String>> read(
            KafkaConsumer<String, String> consumer, int count) {
        var read = new ArrayList<ConsumerRecord<String, String>>();
        while (read.size() < count) {
            consumer.poll(Duration.ofMillis(200)).forEach(read::add);
        }
        return read;
    }
}
