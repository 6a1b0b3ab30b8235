package io.oxbow.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.broker.partition.PartitionHistory.EpochEnd;
import io.oxbow.broker.producer.ProducerStates;
import io.oxbow.broker.producer.Transactions;
import io.oxbow.broker.testing.Batches;
import io.oxbow.broker.testing.InMemoryStreamStore;
import io.oxbow.broker.testing.LedTopic;
import io.oxbow.s3stream.ReadResult;
import io.oxbow.s3stream.Stream;
import io.oxbow.s3stream.StreamName;
import io.oxbow.s3stream.env.Environment;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tests the opening, recovery and handing back of partitions on in-memory streams. */
class StreamPartitionsTest {

    private static final StreamName DATA = StreamNames.of(LedTopic.ID, StreamName.Kind.DATA);
    private static final StreamName STATE = StreamNames.of(LedTopic.ID, StreamName.Kind.STATE);

    @Test
    void manyPartitionsAreOpenedInOneEntry() {
        try (var store = new InMemoryStreamStore();
                var partitions =
                        new StreamPartitions(store, LedTopic.settings(), LedTopic.processor())) {
            var leading = new ArrayList<Partitions.Leading>();
            for (int i = 0; i < 300; i++) {
                leading.add(
                        new Partitions.Leading(
                                new TopicIdPartition(LedTopic.TOPIC_ID, i, "topic"),
                                0,
                                new LogConfig(Map.of())));
            }
            partitions.lead(leading);
            assertThat(store.openEntries()).isOne();
            assertThat(partitions.all()).hasSize(300);
            assertThat(partitions.find("topic", 299)).isPresent();
            assertThat(partitions.find("topic", 300)).isEmpty();
            assertThat(partitions.find("other", 0)).isEmpty();
            assertThat(partitions.find(Uuid.randomUuid(), 0)).isEmpty();
        }
    }

    @Test
    void aRetryIsRecognisedAfterACrash() {
        var topic = new LedTopic();
        topic.appendDurably(Batches.idempotent(1, 0, 0, "a", "b"));
        topic.appendDurably(Batches.idempotent(1, 0, 2, "c"));

        try (LedTopic reopened = topic.crash()) {
            assertThat(reopened.appendDurably(Batches.idempotent(1, 0, 0, "a", "b")).baseOffset())
                    .isZero();
            assertThat(reopened.appendDurably(Batches.idempotent(1, 0, 2, "c")).baseOffset())
                    .isEqualTo(2);
            assertThatThrownBy(() -> reopened.append(Batches.idempotent(1, 0, 4, "e")))
                    .isInstanceOf(OutOfOrderSequenceException.class);
            assertThat(reopened.appendDurably(Batches.idempotent(1, 0, 3, "d")).baseOffset())
                    .isEqualTo(3);
            assertThat(reopened.values()).containsExactly("a", "b", "c", "d");
        }
    }

    /**
     * The state equals that of reading the whole log, for every part of the log that the start has
     * seen.
     */
    @Test
    void recoveredBatchesAreNotReadAndMakeTheSameState() {
        for (long seed = 1; seed <= 60; seed++) {
            var random = new Random(seed);
            var topic = new LedTopic();
            List<ReadResult.Append> appends = randomHistory(topic, random);
            Stream data = topic.store.open(List.of(DATA)).get(DATA);
            for (int from = 0; from <= appends.size(); from += 1 + random.nextInt(8)) {
                int to = from + random.nextInt(appends.size() - from + 1);
                var seen = new RecoveredBatches(1 << 20);
                appends.subList(from, to).forEach(append -> seen.recovered(DATA, append));
                RecoveredBatches.Run run = seen.take(DATA);

                assertThat(recovered(data, run))
                        .as("seed %d, seen from %d to %d", seed, from, to)
                        .isEqualTo(recovered(data, null));
            }
            topic.close();
        }
    }

    private static List<ReadResult.Append> randomHistory(LedTopic topic, Random random) {
        int[] sequences = new int[4];
        for (int i = 0; i < 40; i++) {
            int producer = random.nextInt(sequences.length);
            String[] values = new String[1 + random.nextInt(3)];
            java.util.Arrays.fill(values, "v" + i);
            topic.appendDurably(
                    producer == 0
                            ? Batches.plain(values)
                            : Batches.idempotent(producer, 0, sequences[producer], values));
            sequences[producer] += values.length;
        }
        return appends(topic);
    }

    /** Returns copies of all appends. */
    private static List<ReadResult.Append> appends(LedTopic topic) {
        try (ReadResult all = topic.partition().read(0, 1 << 20)) {
            return all.appends().stream()
                    .map(append ->
                            new ReadResult.Append(
                                    append.baseOffset(),
                                    append.count(),
                                    append.maxTimestamp(),
                                    append.appendTimeMillis(),
                                    ByteBuffer.allocate(append.records().remaining())
                                            .put(append.records().duplicate())
                                            .flip()))
                    .toList();
        }
    }

    private static StateCheckpoint recovered(Stream data, RecoveredBatches.@Nullable Run seen) {
        var producers = new ProducerStates(86_400_000);
        var transactions = new Transactions();
        var epochs = new LeaderEpochs();
        long bytes =
                new PartitionRecovery(
                                data,
                                producers,
                                transactions,
                                epochs,
                                damage -> {
                                    throw damage;
                                })
                        .run(Optional.empty(), seen);
        assertThat(bytes).isEqualTo(data.sizeInBytes());
        return new StateCheckpoint(
                data.durableEndOffset(),
                epochs.snapshot(),
                producers.snapshot(),
                transactions.abortedOnes(),
                0);
    }

    @Test
    void batchesBeyondTheBoundOrBeforeAGapAreLeftOut() {
        try (var topic = new LedTopic()) {
            for (int i = 0; i < 6; i++) {
                topic.appendDurably(Batches.idempotent(1, 0, i, "v"));
            }
            List<ReadResult.Append> appends = appends(topic);
            var two = new RecoveredBatches(2 * RecoveredBatches.BATCH_BYTES);
            appends.forEach(append -> two.recovered(DATA, append));
            RecoveredBatches.Run first = Objects.requireNonNull(two.take(DATA));
            assertThat(first.covers(0)).isTrue();
            assertThat(first.endOffset()).isEqualTo(2);
            assertThat(two.take(DATA)).isNull();

            var gap = new RecoveredBatches(1 << 20);
            for (int i : new int[] {0, 1, 3, 4}) {
                gap.recovered(DATA, appends.get(i));
                gap.recovered(STATE, appends.get(i));
            }
            RecoveredBatches.Run last = Objects.requireNonNull(gap.take(DATA));
            assertThat(last.startOffset()).isEqualTo(3);
            assertThat(last.endOffset()).isEqualTo(5);
            assertThat(gap.take(STATE)).isNull();
        }
    }

    /**
     * Opens a partition with another recovered batch than the stream holds: the partition's state
     * comes from the batch.
     */
    @Test
    void partitionsAreOpenedWithoutReadingWhatTheStartHasSeen() {
        var seen = new RecoveredBatches(1 << 20);
        try (var other = new LedTopic()) {
            other.appendDurably(Batches.idempotent(1, 0, 0, "a", "b"));
            appends(other).forEach(a -> seen.recovered(DATA, a));
        }
        var topic = new LedTopic();
        topic.appendDurably(Batches.plain("x", "y"));
        InMemoryStreamStore store = topic.store.crash(0);
        try (var partitions =
                new StreamPartitions(store, LedTopic.settings(), seen, LedTopic.processor())) {
            partitions.lead(
                    List.of(new Partitions.Leading(LedTopic.ID, 2, new LogConfig(Map.of()))));
            Partition partition = partitions.find(LedTopic.TOPIC_ID, 0).orElseThrow();
            Partition.Appended retry =
                    partition.append(
                            Batches.idempotent(1, 0, 0, "a", "b"), AppendOrigin.CLIENT, -1);
            assertThat(retry.baseOffset()).isZero();
            assertThat(seen.take(DATA)).as("handed out once").isNull();
        }
        store.close();
    }

    @Test
    void aRetryOfWhatTheCrashTookIsAppended() {
        var topic = new LedTopic();
        topic.appendDurably(Batches.idempotent(1, 0, 0, "a"));
        topic.store.holdCommits();
        topic.append(Batches.idempotent(1, 0, 1, "b"));
        topic.append(Batches.idempotent(1, 0, 2, "c"));

        try (LedTopic reopened = topic.crash(1)) {
            assertThat(reopened.values()).containsExactly("a", "b");
            reopened.appendDurably(Batches.idempotent(1, 0, 1, "b"));
            reopened.appendDurably(Batches.idempotent(1, 0, 2, "c"));
            assertThat(reopened.values()).containsExactly("a", "b", "c");
        }
    }

    @Test
    void noCrashLosesRepeatsOrReorders() {
        for (long seed = 1; seed <= 40; seed++) {
            new CrashLoop(seed).run();
        }
    }

    /** Three producers keep retrying what isn't acked, through many crashes. */
    private static final class CrashLoop {

        private static final int PRODUCERS = 3;
        private static final int BATCHES = 30;

        private final long seed;
        private final Random random;
        private final PartitionSettings settings;
        private final int[] acked = new int[PRODUCERS];
        private final int[] sent = new int[PRODUCERS];
        private LedTopic topic;

        CrashLoop(long seed) {
            this.seed = seed;
            random = new Random(seed);
            settings =
                    new PartitionSettings(
                            Environment.system(), 86_400_000, 200, Duration.ofDays(1));
            topic = new LedTopic(new InMemoryStreamStore(), settings, 1, Map.of());
        }

        void run() {
            topic.store.holdCommits();
            while (java.util.Arrays.stream(acked).anyMatch(count -> count < BATCHES)) {
                switch (random.nextInt(12)) {
                    case 0 -> crash();
                    case 1 -> checkpoint();
                    case 2, 3, 4 -> release();
                    default -> send(random.nextInt(PRODUCERS));
                }
            }
            topic.store.releaseCommits();
            topic.store.flush();
            var perProducer = new ArrayList<List<Integer>>();
            for (int i = 0; i < PRODUCERS; i++) {
                perProducer.add(new ArrayList<>());
            }
            for (String value : topic.values()) {
                String[] parts = value.split(":");
                perProducer.get(Integer.parseInt(parts[0])).add(Integer.valueOf(parts[1]));
            }
            for (List<Integer> values : perProducer) {
                for (int i = 0; i < values.size(); i++) {
                    assertThat(values.get(i)).as("seed %d", seed).isEqualTo(i);
                }
                assertThat(values).as("seed %d", seed).hasSizeGreaterThanOrEqualTo(BATCHES);
            }
            topic.close();
        }

        private void send(int producer) {
            if (sent[producer] - acked[producer] < 5 && sent[producer] < BATCHES + 5) {
                append(producer, sent[producer]);
                sent[producer]++;
            } else if (sent[producer] > acked[producer]) {
                // A time-out: the oldest that is not acked goes out again.
                append(producer, acked[producer]);
            }
        }

        private void append(int producer, int sequence) {
            Partition.Appended appended =
                    topic.append(
                            Batches.idempotent(
                                    100 + producer, 0, sequence, producer + ":" + sequence));
            appended.commit()
                    .onComplete(failure -> {
                        if (failure == null) {
                            synchronized (acked) {
                                acked[producer] = Math.max(acked[producer], sequence + 1);
                            }
                        }
                    });
        }

        private void release() {
            int before = topic.store.heldCommits();
            int count = Math.min(before, 1 + random.nextInt(4));
            topic.store.releaseCommits(count);
            topic.store.awaitHeldAtMost(before - count);
        }

        private void checkpoint() {
            topic.store.releaseCommits();
            topic.partitions.checkpointNow();
            topic.store.holdCommits();
        }

        private void crash() {
            int lucky = random.nextInt(topic.store.heldCommits() + 1);
            int epoch = topic.partition().leaderEpoch() + 1;
            topic = new LedTopic(topic.store.crash(lucky), settings, epoch, Map.of());
            topic.store.holdCommits();
            synchronized (acked) {
                // Producers send everything again that isn't acked, in order.
                for (int producer = 0; producer < PRODUCERS; producer++) {
                    for (int i = acked[producer]; i < sent[producer]; i++) {
                        append(producer, i);
                    }
                }
            }
        }
    }

    @Test
    void openingReadsOnlyWhatIsBehindTheCheckpoint() {
        var topic = new LedTopic();
        for (int i = 0; i < 10; i++) {
            topic.appendDurably(Batches.idempotent(1, 0, i, "v" + i));
        }
        topic.partitions.checkpointNow();
        topic.appendDurably(Batches.idempotent(1, 0, 10, "v10"));

        try (LedTopic reopened = topic.crash()) {
            long oneBatch = Batches.idempotent(1, 0, 10, "v10").sizeInBytes();
            assertThat(bytesSinceCheckpoint(reopened)).isEqualTo(oneBatch);
            for (int i = 6; i <= 10; i++) {
                assertThat(reopened.append(Batches.idempotent(1, 0, i, "v" + i)).baseOffset())
                        .isEqualTo(i);
            }
        }
    }

    /** A broker that leaves has hundreds, and the log in a bucket takes a tenth of a second. */
    @Test
    void checkpointsOfManyPartitionsWaitForTheLogTogether() throws Exception {
        try (var topic = new LedTopic()) {
            var leading = new ArrayList<Partitions.Leading>();
            for (int i = 1; i <= 20; i++) {
                var id = new TopicIdPartition(LedTopic.ID.topicId(), i, LedTopic.ID.topic());
                leading.add(new Partitions.Leading(id, 1, new LogConfig(Map.of())));
            }
            topic.partitions.lead(leading);
            for (Partitions.Leading each : leading) {
                var partition = topic.partitions.find(each.id().topic(), each.id().partition());
                LedTopic.await(
                        partition
                                .orElseThrow()
                                .append(Batches.plain("v"), AppendOrigin.CLIENT, -1));
            }
            topic.store.holdCommits();
            Thread writing = Thread.ofVirtual().start(topic.partitions::checkpointNow);
            topic.store.awaitHeldAtLeast(20);
            topic.store.releaseCommits();
            writing.join();
        }
    }

    @Test
    void checkpointsAreTrimmedUpToTheNewestInTheBucketAndTheNewestIsRead() {
        var topic = new LedTopic();
        for (int i = 0; i < 40; i++) {
            topic.appendDurably(Batches.idempotent(1, 0, i, "v" + i));
            topic.partitions.checkpointNow();
            if (i == 8) {
                topic.store.flush();
            }
        }
        var state = Objects.requireNonNull(topic.store.open(List.of(STATE)).get(STATE));
        assertThat(state.nextOffset()).isEqualTo(40);
        assertThat(state.startOffset()).isEqualTo(8);
        try (LedTopic reopened = topic.crash()) {
            assertThat(bytesSinceCheckpoint(reopened)).isZero();
            assertThat(reopened.append(Batches.idempotent(1, 0, 39, "v39")).baseOffset())
                    .isEqualTo(39);
        }
    }

    @Test
    void aCheckpointThatCannotBeReadIsPassedOver() {
        var topic = new LedTopic();
        topic.appendDurably(Batches.idempotent(1, 0, 0, "a"));
        topic.partitions.checkpointNow();
        var state = Objects.requireNonNull(topic.store.open(List.of(STATE)).get(STATE));
        topic.appendDurably(Batches.idempotent(1, 0, 1, "b"));
        state.append(java.nio.ByteBuffer.wrap(new byte[] {1, 2, 3}), 1, -1);
        topic.store.flush();
        try (LedTopic reopened = topic.crash()) {
            assertThat(reopened.append(Batches.idempotent(1, 0, 0, "a")).baseOffset()).isZero();
            assertThat(reopened.append(Batches.idempotent(1, 0, 1, "b")).baseOffset()).isOne();
        }
    }

    @Test
    void aPartitionThatTakesMuchIsCheckpointedByItself() throws Exception {
        var settings =
                new PartitionSettings(
                        Environment.system(), 86_400_000, 1000, Duration.ofMillis(30));
        var topic = new LedTopic(new InMemoryStreamStore(), settings, 1, Map.of());
        topic.appendDurably(Batches.plain("x".repeat(2000)));
        while (bytesSinceCheckpoint(topic) > 0 || topic.store.existing(List.of(STATE)).isEmpty()) {
            Thread.sleep(1);
        }
        topic.close();
    }

    @Test
    void leaderEpochsSurviveACrash() {
        var topic = new LedTopic();
        topic.appendDurably(Batches.plain("a", "b"));
        LedTopic second = topic.crash();
        second.appendDurably(Batches.plain("c"));
        second.partitions.checkpointNow();
        try (LedTopic third = second.crash()) {
            PartitionHistory history = third.partition().history();
            assertThat(history.endOffsetFor(1)).isEqualTo(new EpochEnd(1, 2));
            assertThat(history.endOffsetFor(2)).isEqualTo(new EpochEnd(2, 3));
            assertThat(history.endOffsetFor(3)).isEqualTo(new EpochEnd(3, 3));
            assertThat(history.leaderEpochAt(0)).hasValue(1);
            assertThat(history.leaderEpochAt(2)).hasValue(2);
        }
    }

    @Test
    void aPartitionGivenUpIsNotFoundAndRefusesEverything() {
        try (var topic = new LedTopic()) {
            topic.appendDurably(Batches.plain("a"));
            Partition partition = topic.partition();
            var heard = new ArrayList<Long>();
            partition.addListener((p, high) -> heard.add(high));
            topic.partitions.resign(List.of(LedTopic.ID));

            assertThat(topic.partitions.find("topic", 0)).isEmpty();
            assertThat(topic.partitions.all()).isEmpty();
            assertThat(heard).containsExactly(1L);
            assertThatThrownBy(() -> partition.read(0, 10))
                    .isInstanceOf(NotLeaderOrFollowerException.class);
            assertThatThrownBy(() ->
                            partition.append(
                                    Batches.plain("b"),
                                    org.apache.kafka.storage.internals.log.AppendOrigin.CLIENT,
                                    -1))
                    .isInstanceOf(NotLeaderOrFollowerException.class);
        }
    }

    @Test
    void aPartitionGivenUpAndTakenAgainGoesOn() {
        try (var topic = new LedTopic()) {
            topic.appendDurably(Batches.idempotent(1, 0, 0, "x".repeat(100_000)));
            LogConfig config = topic.partition().config();
            topic.partitions.resign(List.of(LedTopic.ID));
            topic.partitions.lead(List.of(new Partitions.Leading(LedTopic.ID, 2, config)));
            assertThat(bytesSinceCheckpoint(topic)).isZero();
            assertThat(topic.append(Batches.idempotent(1, 0, 0, "x".repeat(100_000))).baseOffset())
                    .isZero();
            topic.appendDurably(Batches.idempotent(1, 0, 1, "b"));
            assertThat(topic.values()).hasSize(2);
        }
    }

    @Test
    void aDeletedTopicsStreamsAreGone() {
        try (var topic = new LedTopic()) {
            topic.appendDurably(Batches.plain("a"));
            topic.partitions.checkpointNow();
            StreamName data = StreamNames.of(LedTopic.ID, StreamName.Kind.DATA);
            assertThat(topic.store.existing(List.of(data, STATE))).hasSize(2);
            topic.partitions.delete(LedTopic.TOPIC_ID);
            assertThat(topic.store.existing(List.of(data, STATE))).isEmpty();
            assertThat(topic.partitions.find("topic", 0)).isEmpty();
        }
    }

    @Test
    void aChangedConfigurationHolds() {
        try (var topic = new LedTopic()) {
            topic.partitions.configure(
                    LedTopic.TOPIC_ID, new LogConfig(Map.of("max.message.bytes", 100)));
            assertThatThrownBy(() -> topic.append(Batches.plain("x".repeat(200))))
                    .hasMessageContaining("max.message.bytes is 100");
        }
    }

    private static long bytesSinceCheckpoint(LedTopic topic) {
        return ((StreamPartition) topic.partition()).bytesSinceCheckpoint();
    }
}
