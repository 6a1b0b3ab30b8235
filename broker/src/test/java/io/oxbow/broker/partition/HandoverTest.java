package io.oxbow.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.broker.testing.Batches;
import io.oxbow.broker.testing.InMemoryStreamStore;
import io.oxbow.broker.testing.LedTopic;
import io.oxbow.s3stream.StreamName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.junit.jupiter.api.Test;

/** Tests the stop of partitions that another broker takes over, and what becomes of streams. */
class HandoverTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final List<TopicIdPartition> IDS = List.of(LedTopic.ID);
    private static final StreamName DATA = StreamNames.of(LedTopic.ID, StreamName.Kind.DATA);
    private static final StreamName STATE = StreamNames.of(LedTopic.ID, StreamName.Kind.STATE);

    private static CompletableFuture<Partition.Appended> appendBeside(
            LedTopic topic, MemoryRecords records) {
        var appended = new CompletableFuture<Partition.Appended>();
        Partition partition = topic.partition();
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        appended.complete(partition.append(records, AppendOrigin.CLIENT, -1));
                    } catch (RuntimeException e) {
                        appended.completeExceptionally(e);
                    }
                });
        return appended;
    }

    @Test
    void appendsWaitFromTheStopOnAndGoOnInOrder() throws Exception {
        try (var topic = new LedTopic()) {
            topic.append(Batches.plain("a"));
            Handover handover = topic.partitions.handover();
            assertThat(handover.stop(IDS, LIMIT)).isTrue();
            assertThat(topic.store.hasUnuploaded(List.of(DATA))).isFalse();
            assertThat(topic.partition().tryAppend(Batches.plain("b"), AppendOrigin.CLIENT))
                    .as("would have to wait")
                    .isNull();
            var waiting = appendBeside(topic, Batches.plain("b"));
            assertThat(topic.values()).containsExactly("a");
            handover.goOn(IDS);
            LedTopic.await(waiting.get());
            topic.appendDurably(Batches.plain("c"));
            assertThat(topic.values()).containsExactly("a", "b", "c");
        }
    }

    @Test
    void appendThatWaitedIsToldThatAnotherLeads() throws Exception {
        try (var topic = new LedTopic()) {
            topic.partitions.handover().stop(IDS, LIMIT);
            var waiting = appendBeside(topic, Batches.plain("b"));
            topic.partitions.resign(IDS);
            assertThatThrownBy(waiting::get)
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(NotLeaderOrFollowerException.class);
            assertThat(topic.store.isOpen(DATA)).isFalse();
        }
    }

    @Test
    void partitionThatIsLedAgainBeforeItsMoveWasSeenGoesOn() throws Exception {
        try (var topic = new LedTopic()) {
            topic.partitions.handover().stop(IDS, LIMIT);
            var waiting = appendBeside(topic, Batches.plain("a"));
            int next = topic.partition().leaderEpoch() + 1;
            var config = new LogConfig(Map.of());
            topic.partitions.lead(List.of(new Partitions.Leading(LedTopic.ID, next, config)));
            LedTopic.await(waiting.get(LIMIT.toSeconds(), TimeUnit.SECONDS));
            assertThat(topic.values()).containsExactly("a");
        }
    }

    @Test
    void partitionThatIsNotUploadedInTimeGoesOn() {
        try (var topic = new LedTopic()) {
            topic.store.failUploads(1);
            assertThat(topic.partitions.handover().stop(IDS, LIMIT)).isFalse();
            topic.appendDurably(Batches.plain("a"));
            assertThat(topic.values()).containsExactly("a");
        }
    }

    @Test
    void streamsThatCannotBeClosedAtFirstAreClosedLater() throws Exception {
        try (var topic = new LedTopic()) {
            topic.appendDurably(Batches.plain("a"));
            topic.partitions.checkpointNow();
            topic.store.failCloses(2);
            topic.partitions.resign(IDS);
            await(() -> !topic.store.isOpen(DATA) && !topic.store.isOpen(STATE));
        }
    }

    @Test
    void partitionWaitsForItsStreamAloneWithoutAskingTheLog() throws Exception {
        var other = new TopicIdPartition(LedTopic.TOPIC_ID, 1, "topic");
        try (var store = new InMemoryStreamStore();
                var partitions =
                        new StreamPartitions(store, LedTopic.settings(), LedTopic.processor())) {
            store.hold(DATA);
            var config = new LogConfig(Map.of());
            partitions.lead(
                    List.of(
                            new Partitions.Leading(LedTopic.ID, 1, config),
                            new Partitions.Leading(other, 1, config)));
            assertThat(partitions.all()).extracting(Partition::id).containsExactly(other);
            int entries = store.openEntries();
            partitions.lead(List.of(new Partitions.Leading(LedTopic.ID, 1, config)));
            assertThat(store.openEntries()).isEqualTo(entries);
            store.free(DATA);
            await(() -> partitions.find(LedTopic.TOPIC_ID, 0).isPresent());
        }
    }

    private static void await(BooleanSupplier happened) throws InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!happened.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.sleep(5);
        }
    }
}
