package io.oxbow.node.chaos;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;

/** Idempotent producer that sends to each partition of a topic in turn, and waits for no answer. */
final class SteadyProducer implements AutoCloseable {

    /** Longer than any fault and its healing: an error that an application sees is a finding. */
    private static final int DELIVERY_MILLIS = 900_000;

    private static final long INTERVAL_MILLIS = 20;

    private final int id;
    private final String topic;
    private final int partitions;
    private final History history;
    private final KafkaProducer<String, String> producer;
    private final Thread thread;
    private volatile boolean stopping;

    /** Begins to send at once. */
    SteadyProducer(int id, String bootstrap, String topic, int partitions, History history) {
        this.id = id;
        this.topic = topic;
        this.partitions = partitions;
        this.history = history;
        this.producer = producer(bootstrap);
        this.thread = Thread.ofPlatform().name("producer-" + id).start(this::run);
    }

    private static KafkaProducer<String, String> producer(String bootstrap) {
        Map<String, Object> config = new HashMap<>();
        config.put("bootstrap.servers", bootstrap);
        config.put("acks", "all");
        config.put("delivery.timeout.ms", DELIVERY_MILLIS);
        config.put("max.block.ms", DELIVERY_MILLIS);
        config.put("request.timeout.ms", 10_000);
        config.put("reconnect.backoff.max.ms", 500);
        config.put("linger.ms", 5);
        return new KafkaProducer<>(config, new StringSerializer(), new StringSerializer());
    }

    private void run() {
        try {
            for (long i = 0; !stopping; i++) {
                var partition = new TopicPartition(topic, (int) (i % partitions));
                send(new Event.Item(partition, id, i / partitions));
                Thread.sleep(INTERVAL_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            history.note(at -> new Event.Died(at, thread.getName(), e.toString()));
        }
    }

    private void send(Event.Item item) {
        history.note(at -> new Event.Sent(at, item));
        producer.send(
                new ProducerRecord<>(
                        topic, item.partition().partition(), "k" + id, Document.of(item)),
                (metadata, failure) ->
                        history.note(at ->
                                failure == null
                                        ? new Event.Acked(at, item, metadata.offset())
                                        : new Event.Refused(at, item, failure.toString())));
    }

    /** Ends sending; answers come still. */
    void stop() throws InterruptedException {
        stopping = true;
        thread.join(TimeUnit.SECONDS.toMillis(10));
    }

    @Override
    public void close() {
        stopping = true;
        thread.interrupt();
        producer.close(Duration.ZERO);
    }
}
