package io.oxbow.node.process.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.node.process.OxbowProcess;
import io.oxbow.node.process.TransactionLoad;
import io.oxbow.node.process.TransactionalCopier;
import io.oxbow.s3stream.testkit.Sampled;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests transactions whose coordinator and partitions are on different nodes, under Kafka's own
 * clients, while partitions and coordinators move and nodes are killed.
 */
@Sampled
@Tag("slow")
class TransactionsProcessTest {

    private static final int PARTITIONS = 4;
    private static final String TOPIC = "payments";
    private static final String LOG = "__transaction_state";

    @TempDir Path temporary = Path.of("");

    @Test
    void partitionsAndCoordinatorsMoveUnderTransactions() throws Exception {
        try (var one = start("one");
                var two = start("two");
                var load = load(one, two);
                var leaders = new Leaders(both(one, two), TOPIC);
                var coordinators = new Leaders(both(one, two), LOG)) {
            load.awaitMore(50);
            for (int round = 0; round < 3; round++) {
                leaders.moveAll();
                load.awaitMore(20);
                coordinators.moveAll();
                load.awaitMore(20);
            }
            load.finish();
            load.verify();
            assertThat(two.terminate()).isZero();
            assertThat(one.terminate()).isZero();
        }
    }

    /** Decisions that were made and whose markers were not written are found by the next one. */
    @Test
    void killedCoordinatorsTransactionsAreEndedByTheNextOne() throws Exception {
        try (var one = start("one");
                var two = start("two");
                var three = start("three");
                var load = load(one, two);
                var leaders = new Leaders(both(one, three), TOPIC);
                var coordinators = new Leaders(both(one, three), LOG)) {
            load.awaitMore(10);
            coordinators.moveTo(2);
            leaders.moveTo(1, 3);
            load.awaitMore(50);
            two.kill();
            load.awaitMore(50);
            load.finish();
            load.verify();
            assertThat(three.terminate()).isZero();
            assertThat(one.terminate()).isZero();
        }
    }

    /** Open and aborted transactions are part of the state that the next leader has. */
    @Test
    void partitionMovesWithItsOpenAndAbortedTransactions() throws Exception {
        try (var one = start("one");
                var two = start("two");
                var leaders = new Leaders(both(one, two), TOPIC);
                var coordinators = new Leaders(both(one, two), LOG)) {
            leaders.create(2);
            leaders.moveTo(1);
            try (var open = producer(both(one, two), "open");
                    var other = producer(both(one, two), "other")) {
                open.initTransactions();
                other.initTransactions();
                coordinators.moveTo(2);
                transaction(other, "aborted").abortTransaction();
                transaction(other, "early").commitTransaction();
                transaction(open, "open");
                transaction(other, "held").commitTransaction();
                assertThat(committed(both(one, two), 2)).isEqualTo(of("early"));

                leaders.moveTo(2);
                assertThat(committed(both(one, two), 2)).isEqualTo(of("early"));
                send(open, "more");
                coordinators.moveTo(1);
                send(open, "last");
                open.commitTransaction();
                assertThat(committed(both(one, two), 10))
                        .isEqualTo(of("early", "open", "held", "more", "last"));
            }
            assertThat(two.terminate()).isZero();
            assertThat(one.terminate()).isZero();
        }
    }

    private static KafkaProducer<String, String> producer(String bootstrap, String id) {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrap, "transactional.id", id),
                new StringSerializer(),
                new StringSerializer());
    }

    private static KafkaProducer<String, String> transaction(
            KafkaProducer<String, String> producer, String value) {
        producer.beginTransaction();
        send(producer, value);
        return producer;
    }

    private static void send(KafkaProducer<String, String> producer, String value) {
        for (int partition = 0; partition < 2; partition++) {
            producer.send(new ProducerRecord<>(TOPIC, partition, "k", value));
        }
        producer.flush();
    }

    private static Map<Integer, List<String>> of(String... values) {
        return Map.of(0, List.of(values), 1, List.of(values));
    }

    /** Reads the committed data of both partitions: so many records, and what comes with them. */
    private static Map<Integer, List<String>> committed(String bootstrap, int count) {
        var partitions = List.of(new TopicPartition(TOPIC, 0), new TopicPartition(TOPIC, 1));
        Map<Integer, List<String>> found = new HashMap<>();
        try (var consumer =
                new KafkaConsumer<>(
                        Map.<String, Object>of(
                                "bootstrap.servers", bootstrap,
                                "isolation.level", "read_committed",
                                "auto.offset.reset", "none"),
                        new StringDeserializer(),
                        new StringDeserializer())) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            int read = 0;
            for (int emptyPolls = 0; read < count || emptyPolls < 2; ) {
                var polled = consumer.poll(Duration.ofMillis(500));
                emptyPolls = polled.isEmpty() ? emptyPolls + 1 : 0;
                read += polled.count();
                polled.forEach(record ->
                        found.computeIfAbsent(record.partition(), any -> new ArrayList<>())
                                .add(record.value()));
            }
        }
        return found;
    }

    /** Offsets of the group are part of each transaction, so nothing is copied twice or not. */
    @Test
    void copierCopiesEachCommittedRecordOnceAlthoughItsCoordinatorsAreKilled() throws Exception {
        try (var one = start("one");
                var two = start("two");
                var three = start("three");
                var load = load(one, two);
                var groups = new Leaders(both(one, three), "__consumer_offsets");
                var coordinators = new Leaders(both(one, three), LOG);
                var copies = new Leaders(both(one, three), TransactionalCopier.TOPIC)) {
            copies.create(PARTITIONS);
            try (var copier = new TransactionalCopier(both(one, three), TOPIC)) {
                load.awaitMore(10);
                copier.awaitCommits(5);
                groups.moveTo(2);
                coordinators.moveTo(1);
                load.awaitMore(10);
                copier.awaitCommits(5);
                two.kill();
                load.awaitMore(10);
                copier.awaitCommits(5);
                load.finish();
                copier.finish(load.committedCount() * 2 * PARTITIONS);
            }
            load.verify();
            load.verifyCopy(TransactionalCopier.TOPIC);
            assertThat(three.terminate()).isZero();
            assertThat(one.terminate()).isZero();
        }
    }

    private TransactionLoad load(OxbowProcess one, OxbowProcess two) throws Exception {
        try (var leaders = new Leaders(both(one, two), TOPIC)) {
            leaders.create(PARTITIONS);
        }
        return new TransactionLoad(both(one, two), TOPIC, PARTITIONS, 4);
    }

    private static String both(OxbowProcess one, OxbowProcess two) {
        return one.kafka() + "," + two.kafka();
    }

    private OxbowProcess start(String directory) throws Exception {
        Map<String, String> settings = new HashMap<>();
        settings.put("oxbow.store", temporary.resolve("bucket").toUri().toString());
        settings.put("oxbow.wal", "object");
        settings.put("transaction.state.log.num.partitions", "4");
        settings.put("offsets.topic.num.partitions", "4");
        return OxbowProcess.start(temporary.resolve(directory), settings);
    }
}
