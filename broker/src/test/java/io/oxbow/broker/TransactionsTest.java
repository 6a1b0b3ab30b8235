package io.oxbow.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.AbortTransactionSpec;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Kafka's own transactional producers and read_committed consumers against a whole broker. */
@Timeout(120)
class TransactionsTest {

    private static final String TOPIC = "payments";
    private static final TopicPartition FIRST = new TopicPartition(TOPIC, 0);
    private static final Map<String, String> QUICK =
            Map.of(
                    "transaction.state.log.num.partitions", "3",
                    "transaction.abort.timed.out.transaction.cleanup.interval.ms", "100");

    @TempDir private Path directory;

    @Test
    void committedTransactionsAreReadAndAbortedOnesAreNot() throws Exception {
        try (var process = started()) {
            transactions(process, "a", 0, 20);

            assertThat(committed(process, 40)).isEqualTo(expected(0, 20));
        }
        // The state comes from the log again, aborted transactions included.
        try (var process = new BrokerProcess(directory, QUICK)) {
            assertThat(committed(process, 40)).isEqualTo(expected(0, 20));
            transactions(process, "a", 20, 40);
            assertThat(committed(process, 80)).isEqualTo(expected(0, 40));
        }
    }

    /** Every other transaction is aborted; each has two records in each of two partitions. */
    private static void transactions(BrokerProcess process, String id, int from, int to)
            throws Exception {
        try (var producer = producer(process, id)) {
            producer.initTransactions();
            for (int i = from; i < to; i++) {
                producer.beginTransaction();
                for (int partition = 0; partition < 2; partition++) {
                    producer.send(new ProducerRecord<>(TOPIC, partition, "k", i + "-first"));
                    producer.flush();
                    producer.send(new ProducerRecord<>(TOPIC, partition, "k", i + "-second"));
                }
                if (i % 2 == 0) {
                    producer.commitTransaction();
                } else {
                    producer.abortTransaction();
                }
            }
        }
    }

    private static List<String> expected(int from, int to) {
        var values = new ArrayList<String>();
        for (int partition = 0; partition < 2; partition++) {
            for (int i = from; i < to; i += 2) {
                values.add(partition + ":" + i + "-first");
                values.add(partition + ":" + i + "-second");
            }
        }
        return values;
    }

    @Test
    void anOpenTransactionHoldsBackReadersOfItsPartitionAlone() throws Exception {
        try (var process = started();
                var admin = Clients.admin(process);
                var open = producer(process, "open");
                var other = producer(process, "other")) {
            open.initTransactions();
            other.initTransactions();
            open.beginTransaction();
            open.send(new ProducerRecord<>(TOPIC, 0, "k", "open")).get();
            other.beginTransaction();
            other.send(new ProducerRecord<>(TOPIC, 0, "k", "held")).get();
            other.send(new ProducerRecord<>(TOPIC, 1, "k", "free")).get();
            other.commitTransaction();

            assertThat(committed(process, 1)).containsExactly("1:free");
            assertThat(end(admin, IsolationLevel.READ_COMMITTED)).isZero();
            assertThat(end(admin, IsolationLevel.READ_UNCOMMITTED)).isEqualTo(3);

            open.abortTransaction();
            assertThat(committed(process, 2)).containsExactly("0:held", "1:free");
            assertThat(end(admin, IsolationLevel.READ_COMMITTED)).isEqualTo(4);
        }
    }

    private static long end(Admin admin, IsolationLevel isolation) throws Exception {
        return admin.listOffsets(
                        Map.of(FIRST, OffsetSpec.latest()), new ListOffsetsOptions(isolation))
                .partitionResult(FIRST)
                .get()
                .offset();
    }

    @Test
    void aTransactionWhoseProducerIsGoneIsAbortedWhenItsTimeIsOver() throws Exception {
        try (var process = started()) {
            var zombie = producer(process, "gone", Map.of("transaction.timeout.ms", 500));
            zombie.initTransactions();
            zombie.beginTransaction();
            zombie.send(new ProducerRecord<>(TOPIC, 0, "k", "lost")).get();
            try (var producer = producer(process, "other")) {
                producer.initTransactions();
                producer.beginTransaction();
                producer.send(new ProducerRecord<>(TOPIC, 0, "k", "kept")).get();
                producer.commitTransaction();
            }

            assertThat(committed(process, 1)).containsExactly("0:kept");
            assertThatThrownBy(zombie::commitTransaction)
                    .isInstanceOfAny(
                            ProducerFencedException.class, InvalidProducerEpochException.class);
            zombie.close(Duration.ZERO);
        }
    }

    @Test
    void aNewProducerOfAnIdFencesTheOneBefore() throws Exception {
        try (var process = started()) {
            var before = producer(process, "same");
            before.initTransactions();
            before.beginTransaction();
            before.send(new ProducerRecord<>(TOPIC, 0, "k", "before")).get();
            try (var after = producer(process, "same")) {
                after.initTransactions();
                assertThatThrownBy(before::commitTransaction)
                        .isInstanceOf(ProducerFencedException.class);
                after.beginTransaction();
                after.send(new ProducerRecord<>(TOPIC, 0, "k", "after")).get();
                after.commitTransaction();
            }
            assertThat(committed(process, 1)).containsExactly("0:after");
            before.close(Duration.ZERO);
        }
    }

    @Test
    void offsetsAreCommittedWithTheirTransactionOnly() throws Exception {
        try (var process = started();
                var plain = Clients.producer(process);
                var consumer = Clients.consumer(process, "copiers", "classic");
                var producer = producer(process, "copier")) {
            plain.send(new ProducerRecord<>("source", 0, "k", "one")).get();
            plain.send(new ProducerRecord<>("source", 0, "k", "two")).get();
            producer.initTransactions();
            consumer.subscribe(List.of("source"));
            assertThat(Clients.read(consumer, 2)).hasSize(2);
            var source = new TopicPartition("source", 0);

            producer.beginTransaction();
            producer.send(new ProducerRecord<>(TOPIC, 0, "k", "copy"));
            producer.sendOffsetsToTransaction(
                    Map.of(source, new OffsetAndMetadata(1)), consumer.groupMetadata());
            producer.abortTransaction();
            assertThat(consumer.committed(java.util.Set.of(source)).get(source)).isNull();

            producer.beginTransaction();
            producer.send(new ProducerRecord<>(TOPIC, 0, "k", "copy"));
            producer.sendOffsetsToTransaction(
                    Map.of(source, new OffsetAndMetadata(2)), consumer.groupMetadata());
            producer.commitTransaction();
            assertThat(consumer.committed(java.util.Set.of(source)).get(source).offset())
                    .isEqualTo(2);
        }
    }

    @Test
    void transactionsAreDescribedListedAndAbortedByAnAdministrator() throws Exception {
        try (var process = started();
                var admin = Clients.admin(process);
                var producer = producer(process, "shown")) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(TOPIC, 0, "k", "open")).get();

            var described = admin.describeTransactions(List.of("shown")).description("shown").get();
            assertThat(described.state()).isEqualTo(TransactionState.ONGOING);
            assertThat(described.topicPartitions()).containsExactly(FIRST);
            assertThat(admin.listTransactions().all().get())
                    .extracting(listing -> listing.transactionalId())
                    .containsExactly("shown");
            ProducerState state =
                    admin.describeProducers(List.of(FIRST))
                            .partitionResult(FIRST)
                            .get()
                            .activeProducers()
                            .getFirst();
            assertThat(state.currentTransactionStartOffset()).hasValue(0);

            admin.abortTransaction(
                            new AbortTransactionSpec(
                                    FIRST, state.producerId(), (short) state.producerEpoch(), 0))
                    .all()
                    .get();
            assertThat(end(admin, IsolationLevel.READ_COMMITTED)).isEqualTo(2);
        }
    }

    private BrokerProcess started() throws Exception {
        var process = new BrokerProcess(directory, QUICK);
        try (var admin = Clients.admin(process)) {
            admin.createTopics(
                            List.of(
                                    new NewTopic(TOPIC, 2, (short) 1),
                                    new NewTopic("source", 1, (short) 1)))
                    .all()
                    .get();
        }
        return process;
    }

    private static KafkaProducer<String, String> producer(BrokerProcess process, String id) {
        return producer(process, id, Map.of());
    }

    private static KafkaProducer<String, String> producer(
            BrokerProcess process, String id, Map<String, Object> more) {
        var config = new java.util.HashMap<String, Object>(more);
        config.put("bootstrap.servers", process.bootstrap());
        config.put("transactional.id", id);
        return new KafkaProducer<>(config, new StringSerializer(), new StringSerializer());
    }

    /** Reads so many committed records of the topic, and whatever comes with them; sorted. */
    private static List<String> committed(BrokerProcess process, int count) {
        try (var consumer =
                new KafkaConsumer<>(
                        Map.of(
                                "bootstrap.servers",
                                process.bootstrap(),
                                "isolation.level",
                                "read_committed",
                                "auto.offset.reset",
                                "earliest"),
                        new StringDeserializer(),
                        new StringDeserializer())) {
            var partitions = List.of(FIRST, new TopicPartition(TOPIC, 1));
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            List<ConsumerRecord<String, String>> read =
                    new ArrayList<>(Clients.read(consumer, count));
            consumer.poll(Duration.ofMillis(300)).forEach(read::add);
            var values = new ArrayList<String>();
            for (TopicPartition partition : partitions) {
                read.stream()
                        .filter(record -> record.partition() == partition.partition())
                        .forEach(
                                record -> values.add(partition.partition() + ":" + record.value()));
            }
            return values;
        }
    }
}
