package io.oxbow.benchmarks.load;

import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Settings of a producer load: the records and their rate.
 *
 * @param recordsPerSecond zero: as many as are taken
 * @param records zero: until it is stopped
 */
record ProducerSettings(
        String bootstrap, List<String> topics, Shape shape, double recordsPerSecond, long records) {

    /** Sizes of records and of the batches that they are sent in. */
    record Shape(int recordBytes, int batchBytes, int lingerMillis) {}

    /** Returns the client's properties; those not named are its defaults, acks=all among them. */
    Properties properties() {
        var properties = new Properties();
        properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        properties.put(ProducerConfig.BATCH_SIZE_CONFIG, shape.batchBytes());
        properties.put(ProducerConfig.LINGER_MS_CONFIG, shape.lingerMillis());
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(
                ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
        properties.put(
                ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
        return properties;
    }
}
