package io.oxbow.benchmarks.load;

import java.util.Properties;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code bench probe}: a producer that lives on while the server is killed and started again, and
 * says when a record of its was acknowledged.
 */
@Command(
        name = "probe",
        mixinStandardHelpOptions = true,
        description = "On stdin, 'send' sends one record until it is acknowledged; 'quit' ends it.")
public final class ProbeCommand implements Callable<Integer> {

    private static final int BACKOFF_MILLIS = 20;
    private static final int PATIENCE_MILLIS = 600_000;

    @Option(names = "--bootstrap", required = true)
    private String bootstrap = "";

    @Option(names = "--topic", required = true)
    private String topic = "";

    @Override
    public Integer call() throws InterruptedException, ExecutionException {
        var events = new Events(System.out);
        BlockingQueue<String> words = new LinkedBlockingQueue<>();
        try (var producer = new KafkaProducer<byte[], byte[]>(properties())) {
            producer.send(record()).get();
            events.tell("started");
            ControlLines.follow(words::add);
            while (words.take().equals("send")) {
                producer.send(record()).get();
                events.tell("acked");
            }
        }
        return 0;
    }

    private ProducerRecord<byte[], byte[]> record() {
        return new ProducerRecord<>(topic, 0, null, new byte[] {1});
    }

    private Properties properties() {
        var properties = new Properties();
        properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        properties.put(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, BACKOFF_MILLIS);
        properties.put(ProducerConfig.RETRY_BACKOFF_MAX_MS_CONFIG, BACKOFF_MILLIS);
        properties.put(ProducerConfig.RECONNECT_BACKOFF_MS_CONFIG, BACKOFF_MILLIS);
        properties.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, BACKOFF_MILLIS);
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, PATIENCE_MILLIS);
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, PATIENCE_MILLIS);
        properties.put(
                ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
        properties.put(
                ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
        return properties;
    }
}
