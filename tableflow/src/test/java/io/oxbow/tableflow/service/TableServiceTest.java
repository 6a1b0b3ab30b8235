package io.oxbow.tableflow.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.tableflow.TableWorld;
import io.oxbow.tableflow.translate.TableTopic;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.SortedMap;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests the workers of the table service over an in-memory catalog. */
@Timeout(60)
class TableServiceTest {

    private final TableWorld world = new TableWorld();
    private final Topics topics = new Topics();
    private final BlockingQueue<SortedMap<Integer, Long>> progress = new LinkedBlockingQueue<>();
    private final Uploads uploads = new Uploads();
    private final AtomicLong epoch = new AtomicLong(1);
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final TableService service =
            new TableService(
                    world.sources(),
                    new TableServiceLinks(
                            topics,
                            _ ->
                                    epoch.get() == 0
                                            ? OptionalLong.empty()
                                            : OptionalLong.of(epoch.get()),
                            uploads,
                            this::progressed),
                    TableServiceConfig.defaults(),
                    Environment.system(),
                    meters);

    private void progressed(TableTopic topic, SortedMap<Integer, Long> nextOffsets) {
        progress.add(nextOffsets);
    }

    /** Uploads of records that the test holds back until they are asked for. */
    private final class Uploads implements TopicUploads {
        private final AtomicInteger asked = new AtomicInteger();
        private final Queue<String> held = new ConcurrentLinkedQueue<>();

        @Override
        public void soon() {
            asked.incrementAndGet();
            for (String value = held.poll(); value != null; value = held.poll()) {
                world.log.append(0, value);
            }
        }

        @Override
        public boolean arePending(TableTopic topic) {
            return !held.isEmpty();
        }
    }

    /** The cluster's topics: one, whose settings tests change. */
    private static final class Topics implements TableTopics {
        private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
        private volatile Map<String, String> settings = Map.of();

        @Override
        public Collection<Topic> topics() {
            return List.of(new Topic(TableWorld.TOPIC_ID, "shop.orders", 2, settings));
        }

        @Override
        public void onChange(Runnable listener) {
            listeners.add(listener);
        }

        void set(String... pairs) {
            Map<String, String> changed = new HashMap<>();
            for (int i = 0; i < pairs.length; i += 2) {
                changed.put(pairs[i], pairs[i + 1]);
            }
            settings = changed;
            listeners.forEach(Runnable::run);
        }
    }

    @AfterEach
    void close() {
        service.close();
    }

    private void awaitOffset(int partition, long offset) throws InterruptedException {
        while (progress.take().getOrDefault(partition, 0L) < offset) {
            // on
        }
    }

    @Test
    void enablingATableBackfillsAndThenFollows() throws InterruptedException {
        world.log.append(0, "{\"id\":1}");
        service.start();
        topics.set("table.enable", "true", "table.freshness.ms", "300");

        awaitOffset(0, 1);
        world.log.append(0, "{\"id\":2}");
        awaitOffset(0, 2);

        assertThat(world.rows()).extracting(r -> r.getField("id")).containsExactly(1L, 2L);
        assertThat(meters.get("oxbow.table.rows").counter().count()).isEqualTo(2);
        TableStatus status = service.status().getFirst();
        assertThat(status.lagRecords()).isZero();
    }

    @Test
    void aNewTablesFirstRecordsAreUploadedOutOfTurnAndNoOthers() throws InterruptedException {
        topics.set("table.enable", "true", "table.freshness.ms", "8640000000");
        service.start();
        assertThat(progress.take()).isEmpty();
        uploads.held.add("{\"id\":1}");

        awaitOffset(0, 1);

        assertThat(uploads.asked).hasValue(1);
        uploads.held.add("{\"id\":2}");
        assertThat(progress.poll(2, TimeUnit.SECONDS)).isNull();
        assertThat(uploads.asked).hasValue(1);
    }

    @Test
    void aTableWithoutACommitAsksForOneUploadEvenIfItDoesNotHelp() throws InterruptedException {
        topics.set(
                "table.enable",
                "true",
                "table.freshness.ms",
                "8640000000",
                "table.partition.by",
                "day(id)");
        uploads.held.add("{\"id\":1}");
        service.start();
        while (service.status().getFirst().lastError() == null) {
            Thread.onSpinWait();
        }
        uploads.held.add("{\"id\":2}");
        assertThat(progress.take()).isEmpty();
        assertThat(progress.poll(2, TimeUnit.SECONDS)).isNull();

        assertThat(uploads.asked).hasValue(1);
    }

    @Test
    void eachPeriodOfAFreshnessHasOneUploadAndOneCommitIfThereAreRecords() throws Exception {
        topics.set("table.enable", "true", "table.freshness.ms", "1000");
        world.log.append(0, "{\"id\":0}");
        service.start();
        awaitOffset(0, 1);
        long begin = System.currentTimeMillis();
        int records = 0;
        while (System.currentTimeMillis() < begin + 5_000) {
            uploads.held.add("{\"id\":%d}".formatted(++records));
            Thread.sleep(20);
        }
        awaitOffset(0, 1 + records);
        long periods = System.currentTimeMillis() / 1_000 - begin / 1_000;

        int commits = world.table().history().size() - 1;
        assertThat(commits).isBetween(1, (int) periods + 1);
        assertThat(uploads.asked.get()).isBetween(1, (int) periods + 1);

        Thread.sleep(2_500);
        assertThat(world.table().history()).hasSize(commits + 1);
        assertThat(uploads.asked.get()).isBetween(1, (int) periods + 1);
    }

    @Test
    void aPausedTableStandsStillAndStaysPinned() throws InterruptedException {
        world.log.append(0, "{\"id\":1}");
        topics.set("table.enable", "true", "table.freshness.ms", "300", "table.pause", "true");
        service.start();
        progress.take();

        assertThat(service.pinnedOffset(TableWorld.TOPIC_ID, 0)).isZero();
        assertThat(world.catalog.tableExists(world.identifier())).isFalse();

        topics.set("table.enable", "true", "table.freshness.ms", "300");
        awaitOffset(0, 1);
        assertThat(service.pinnedOffset(TableWorld.TOPIC_ID, 0)).isEqualTo(1);
    }

    @Test
    void anotherNodesTurnIsAStandby() throws InterruptedException {
        epoch.set(0);
        world.log.append(0, "{\"id\":1}");
        topics.set("table.enable", "true", "table.freshness.ms", "300");
        service.start();
        progress.take();
        while (service.status().getFirst().state() != TableStatus.State.STANDBY) {
            Thread.onSpinWait();
        }

        epoch.set(2);

        awaitOffset(0, 1);
    }

    @Test
    void aFailureIsVisibleAndOverWhenItsCauseIs() throws InterruptedException {
        topics.set(
                "table.enable",
                "true",
                "table.freshness.ms",
                "300",
                "table.partition.by",
                "day(kafka_offset)");
        world.log.append(0, "{\"id\":1}");
        service.start();
        String error = null;
        while (error == null) {
            error = service.status().getFirst().lastError();
        }

        assertThat(error).contains("table.partition.by", "kafka_offset");
        assertThat(service.pinnedOffset(TableWorld.TOPIC_ID, 0)).isZero();
        topics.set("table.enable", "true", "table.freshness.ms", "300", "table.partition.by", "");

        awaitOffset(0, 1);
        while (service.status().getFirst().lastError() != null) {
            Thread.onSpinWait();
        }
    }

    @Test
    void settingsThatAreNotValidAreVisibleAndPin() {
        topics.set("table.enable", "true", "table.freshness.ms", "soon");
        service.start();

        assertThat(service.status().getFirst().lastError()).contains("table.freshness.ms");
        assertThat(service.pinnedOffset(TableWorld.TOPIC_ID, 0)).isZero();
    }

    @Test
    void aTopicWithoutATableIsNotPinned() {
        service.start();

        assertThat(service.pinnedOffset(TableWorld.TOPIC_ID, 0)).isEqualTo(Long.MAX_VALUE);
        assertThat(service.pinnedOffset(UUID.randomUUID(), 0)).isEqualTo(Long.MAX_VALUE);
    }
}
