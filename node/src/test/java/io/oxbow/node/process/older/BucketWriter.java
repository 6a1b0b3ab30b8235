package io.oxbow.node.process.older;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.oxbow.node.process.OxbowProcess;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes a fixture: runs a node, fills its bucket and its write-ahead log, kills the node, and
 * leaves a digest beside the data.
 *
 * <p>Arguments: the data directory, the file for the digest, and the kind of write-ahead log
 * ({@code file} or {@code object}). Tables keep absolute locations, so the directory has to be the
 * one that {@link OlderBucketProcessTest#directory} names.
 */
final class BucketWriter {

    private static final long START = 1_760_000_000_000L;
    private static final List<String> CODECS = List.of("none", "gzip", "snappy", "lz4", "zstd");
    private static final Map<String, String> TABLE =
            Map.of("table.enable", "true", "retention.ms", "-1", "table.freshness.ms", "500");

    private final OxbowProcess node;
    private final HttpClient http = HttpClient.newHttpClient();

    private BucketWriter(OxbowProcess node) {
        this.node = node;
    }

    public static void main(String[] arguments) throws Exception {
        Path data = Path.of(arguments[0]);
        Map<String, String> settings = new HashMap<>();
        settings.put("oxbow.wal", arguments[2]);
        settings.put("oxbow.wal.capacity.bytes", String.valueOf(68 << 20));
        settings.put("oxbow.upload.interval.ms", "1000");
        try (var node = OxbowProcess.start(data, settings)) {
            new BucketWriter(node).settled();
            node.terminate();
        }
        settings.put("oxbow.upload.interval.ms", "3600000");
        try (var node = OxbowProcess.start(data, settings)) {
            var writer = new BucketWriter(node);
            BucketDigest digest = writer.tail();
            node.kill();
            Files.writeString(
                    Path.of(arguments[1]),
                    new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(digest)
                            + "\n");
        }
    }

    /** Writes what ends up in data objects, composite objects and tables. */
    private void settled() throws Exception {
        try (var admin = admin()) {
            admin.createTopics(
                            List.of(
                                    topic("plain", 3, Map.of("retention.ms", "-1")),
                                    topic("gone", 1, Map.of()),
                                    topic("events", 2, TABLE),
                                    topic("readings", 1, TABLE)))
                    .all()
                    .get();
            for (int round = 0; round < 4; round++) {
                produceAll(round);
                Thread.sleep(1_500);
            }
            admin.deleteTopics(List.of("gone")).all().get();
            admin.deleteRecords(
                            Map.of(
                                    new TopicPartition("plain", 1),
                                    RecordsToDelete.beforeOffset(17)))
                    .all()
                    .get();
            var resource = new ConfigResource(ConfigResource.Type.TOPIC, "plain");
            var larger =
                    new AlterConfigOp(
                            new ConfigEntry("max.message.bytes", "2000000"),
                            AlterConfigOp.OpType.SET);
            admin.incrementalAlterConfigs(Map.of(resource, List.of(larger))).all().get();
        }
        commit("classic", 11);
        commit("consumer", 23);
        for (String topic : List.of("events", "readings")) {
            awaitTable(topic);
        }
    }

    /** Writes what only the write-ahead log holds when the node dies. */
    private BucketDigest tail() throws Exception {
        produceAll(4);
        commit("classic", 31);
        return BucketDigest.read(node);
    }

    private void produceAll(int round) throws Exception {
        for (int codec = 0; codec < CODECS.size(); codec++) {
            try (var producer = producer(CODECS.get(codec))) {
                for (int i = 0; i < 12; i++) {
                    int number = round * 60 + codec * 12 + i;
                    producer.send(plain(number));
                    producer.send(event(number));
                    producer.send(reading(number, round < 2 ? schema(false) : schema(true)));
                    if (round == 0) {
                        producer.send(new ProducerRecord<>("gone", bytes("x")));
                    }
                }
                producer.flush();
            }
        }
    }

    private static ProducerRecord<byte[], byte[]> plain(int number) {
        var headers = new RecordHeaders();
        if (number % 4 == 0) {
            headers.add("h", bytes("one")).add("h", bytes("two")).add("none", null);
        }
        return new ProducerRecord<>(
                "plain",
                number % 3,
                START + number * 1000L,
                number % 5 == 0 ? null : bytes("key " + number % 7),
                number % 6 == 0 ? null : bytes("value " + number + " " + "abc".repeat(number)),
                headers);
    }

    private static ProducerRecord<byte[], byte[]> event(int number) {
        String value =
                number % 25 == 24
                        ? "not a document"
                        : "{\"user\":\"u%d\",\"clicks\":%d,\"at\":{\"x\":%d.5,\"tags\":[\"a\",\"b\"]}}"
                                .formatted(number % 9, number, number);
        return new ProducerRecord<>(
                "events",
                number % 2,
                START + number * 3_600_000L,
                bytes("k" + number),
                bytes(value));
    }

    private ProducerRecord<byte[], byte[]> reading(int number, Schema schema) throws Exception {
        var record = new GenericData.Record(schema);
        record.put("sensor", "s" + number % 4);
        record.put("celsius", number % 3 == 0 ? null : number * 0.25);
        if (schema.getField("station") != null) {
            record.put("station", "station " + number % 2);
        }
        var out = new ByteArrayOutputStream();
        out.write(0);
        out.write(ByteBuffer.allocate(4).putInt(register(schema)).array());
        var encoder = EncoderFactory.get().binaryEncoder(out, null);
        new GenericDatumWriter<GenericData.Record>(schema).write(record, encoder);
        encoder.flush();
        return new ProducerRecord<>(
                "readings", 0, START + number * 60_000L, null, out.toByteArray());
    }

    private static Schema schema(boolean evolved) {
        var fields =
                SchemaBuilder.record("Reading")
                        .fields()
                        .requiredString("sensor")
                        .optionalDouble("celsius");
        return evolved
                ? fields.name("station").type().stringType().stringDefault("").endRecord()
                : fields.endRecord();
    }

    private int register(Schema schema) throws Exception {
        var mapper = new ObjectMapper();
        String body = mapper.writeValueAsString(Map.of("schema", schema.toString()));
        var request =
                HttpRequest.newBuilder(
                                URI.create(
                                        "http://"
                                                + node.http()
                                                + "/registry/subjects/readings-value/versions"))
                        .header("Content-Type", "application/vnd.schemaregistry.v1+json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build();
        String reply = http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        return mapper.readTree(reply).get("id").intValue();
    }

    /** Reads as a group of the given protocol, and commits {@code offset} of partition 0. */
    private void commit(String protocol, long offset) {
        Map<String, Object> config = new HashMap<>();
        config.put("bootstrap.servers", node.kafka());
        config.put("group.id", "readers-" + protocol);
        config.put("group.protocol", protocol);
        config.put("enable.auto.commit", false);
        try (var consumer =
                new KafkaConsumer<>(
                        config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of("plain"));
            while (consumer.assignment().isEmpty()) {
                consumer.poll(Duration.ofMillis(100));
            }
            consumer.commitSync(
                    Map.of(
                            new TopicPartition("plain", 0),
                            new OffsetAndMetadata(offset, "by " + protocol)));
        }
    }

    private void awaitTable(String topic) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!BucketDigest.verify(node, topic).contains("\"lag\":0")) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(topic + ": " + BucketDigest.verify(node, topic));
            }
            Thread.sleep(500);
        }
    }

    private Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", node.kafka()));
    }

    private KafkaProducer<byte[], byte[]> producer(String codec) {
        Map<String, Object> config = new HashMap<>();
        config.put("bootstrap.servers", node.kafka());
        config.put("compression.type", codec);
        config.put("linger.ms", 20);
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static NewTopic topic(String name, int partitions, Map<String, String> configs) {
        return new NewTopic(name, Optional.of(partitions), Optional.empty()).configs(configs);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
