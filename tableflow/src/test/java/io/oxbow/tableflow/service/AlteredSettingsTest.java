package io.oxbow.tableflow.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.tableflow.MemoryLog;
import io.oxbow.tableflow.MemoryLogSource;
import io.oxbow.tableflow.TableWorld;
import io.oxbow.tableflow.config.TableConfig;
import io.oxbow.tableflow.translate.QuarantineTable;
import io.oxbow.tableflow.translate.TableRetention;
import io.oxbow.tableflow.translate.TableTopic;
import io.oxbow.tableflow.verify.TableVerifier;
import io.oxbow.tableflow.verify.VerifyResult;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests every {@code table.*} key by altering it on a topic that has its table: it takes effect or
 * is refused.
 */
@Timeout(120)
class AlteredSettingsTest {

    private final TableWorld world = new TableWorld().set("table.freshness.ms", "300");
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final TableService service =
            new TableService(
                    world.sources(),
                    new TableServiceLinks(
                            new Topics(), _ -> OptionalLong.of(1), uploads(), (_, _) -> {}),
                    TableServiceConfig.defaults(),
                    Environment.system(),
                    new SimpleMeterRegistry());

    private TopicUploads uploads() {
        return new TopicUploads() {
            @Override
            public void soon() {}

            @Override
            public boolean arePending(TableTopic topic) {
                return false;
            }
        };
    }

    private final class Topics implements TableTopics {
        @Override
        public Collection<Topic> topics() {
            return List.of(
                    new Topic(TableWorld.TOPIC_ID, "shop.orders", 2, Map.copyOf(world.settings)));
        }

        @Override
        public void onChange(Runnable listener) {
            listeners.add(listener);
        }
    }

    @FunctionalInterface
    private interface Effect {
        void check() throws Exception;
    }

    /** Checks that a key's change has taken effect; one for every key. */
    private final Map<String, Effect> effects = new TreeMap<>();

    AlteredSettingsTest() {
        effects.put(TableConfig.ENABLE, this::enable);
        effects.put(TableConfig.NAMESPACE, () -> refused(TableConfig.NAMESPACE, "other"));
        effects.put(TableConfig.NAME, () -> refused(TableConfig.NAME, "other"));
        effects.put(TableConfig.COLUMN_PREFIX, () -> refused(TableConfig.COLUMN_PREFIX, "k_"));
        effects.put(TableConfig.KEY_FORMAT, this::keyFormat);
        effects.put(TableConfig.VALUE_FORMAT, this::valueFormat);
        effects.put(TableConfig.PARTITION_BY, this::partitionBy);
        effects.put(TableConfig.FRESHNESS_MS, this::freshness);
        effects.put(TableConfig.RETENTION_MS, this::retention);
        effects.put(TableConfig.SNAPSHOT_RETENTION_MS, this::snapshotRetention);
        effects.put(TableConfig.SNAPSHOT_MIN_COUNT, this::snapshotCount);
        effects.put(TableConfig.FILE_TARGET_BYTES, this::fileTarget);
        effects.put(TableConfig.RETENTION_PIN, this::pin);
        effects.put(TableConfig.PAUSE, this::pause);
    }

    static Collection<String> keys() {
        return TableConfig.definitions().names();
    }

    @BeforeEach
    void live() throws Exception {
        append("k", "{\"id\":1,\"v\":1}");
        service.start();
        await(() -> rows() == 1);
    }

    @AfterEach
    void close() {
        service.close();
    }

    @ParameterizedTest
    @MethodSource("keys")
    void anAlteredKeyTakesEffectOrIsRefused(String key) throws Exception {
        assertThat(effects).as("a row for every key").containsKey(key);
        effects.get(key).check();
        assertThat(verify()).isInstanceOf(VerifyResult.Right.class);
    }

    private void append(String key, String value) {
        world.log.append(
                0,
                new SimpleRecord(world.log.tick(), MemoryLog.bytes(key), MemoryLog.bytes(value)));
        service.hurry(TableWorld.TOPIC_ID);
    }

    private int rows() {
        return world.catalog.tableExists(world.identifier()) ? world.rows().size() : 0;
    }

    private void alter(String key, String value) {
        Map<String, String> before = Map.copyOf(world.settings);
        world.set(key, value);
        assertThat(
                        TableConfig.refusal(
                                TableConfig.of("shop.orders", before),
                                TableConfig.of("shop.orders", world.settings)))
                .isEmpty();
        listeners.forEach(Runnable::run);
    }

    private void refused(String key, String value) {
        TableConfig before = TableConfig.of("shop.orders", world.settings);
        Map<String, String> settings = new TreeMap<>(world.settings);
        settings.put(key, value);

        assertThat(TableConfig.refusal(before, TableConfig.of("shop.orders", settings)).orElse(""))
                .contains(key)
                .contains("turn it off first");
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            Thread.sleep(20);
        }
    }

    private VerifyResult verify() {
        TableIdentifier quarantine = QuarantineTable.identifier(world.identifier());
        return new TableVerifier(
                        new MemoryLogSource(world.log, 2),
                        new TableVerifier.Tables(
                                world.table(),
                                world.catalog.tableExists(quarantine)
                                        ? world.catalog.loadTable(quarantine)
                                        : null),
                        world.schemas,
                        new TableVerifier.Gaps(
                                world.settings.containsKey(TableConfig.RETENTION_MS)
                                        ? Long.MAX_VALUE
                                        : Long.MIN_VALUE,
                                false))
                .verify();
    }

    private void enable() throws Exception {
        alter(TableConfig.ENABLE, "false");
        assertThat(service.pinnedOffset(TableWorld.TOPIC_ID, 0)).isEqualTo(Long.MAX_VALUE);
        assertThat(service.status()).isEmpty();
        append("k", "{\"id\":2}");
        alter(TableConfig.ENABLE, "true");
        await(() -> rows() == 2);
    }

    private void keyFormat() throws Exception {
        alter(TableConfig.KEY_FORMAT, "string");
        append("two", "{\"id\":2}");
        await(() -> rows() == 2);
        assertThat(world.rows().getLast().struct().fields())
                .anySatisfy(field ->
                        assertThat(world.rows().getLast().getField(field.name())).isEqualTo("two"));
    }

    private void valueFormat() throws Exception {
        alter(TableConfig.VALUE_FORMAT, "string");
        append("k", "plain text");
        await(() -> rows() == 2);
        assertThat(world.rows().getLast().getField("kafka_value")).isEqualTo("plain text");
        alter(TableConfig.VALUE_FORMAT, "json");
        append("k", "{\"id\":3}");
        await(() -> rows() == 3);
        assertThat(world.rows().getLast().getField("id")).isEqualTo(3L);
    }

    private void partitionBy() throws Exception {
        alter(TableConfig.PARTITION_BY, "bucket(4,id),kafka_partition");
        append("k", "{\"id\":2}");
        await(() -> rows() == 2);
        Table table = world.table();
        assertThat(table.spec().fields())
                .extracting(field -> field.transform().toString())
                .containsExactly("bucket[4]", "identity");
        assertThat(table.specs()).hasSize(2);
        assertThat(table.currentSnapshot().addedDataFiles(table.io()))
                .singleElement()
                .satisfies(file -> assertThat(file.specId()).isEqualTo(table.spec().specId()));

        alter(TableConfig.PARTITION_BY, "");
        append("k", "{\"id\":3}");
        await(() -> rows() == 3);
        assertThat(world.table().spec().isUnpartitioned()).isTrue();

        alter(TableConfig.PARTITION_BY, "country");
        append("k", "{\"id\":4}");
        await(() -> rows() == 4);
        assertThat(world.table().spec().isUnpartitioned()).isTrue();
        append("k", "{\"id\":5,\"country\":\"is\"}");
        await(() -> rows() == 5);
        append("k", "{\"id\":6,\"country\":\"no\"}");
        await(() -> rows() == 6 && world.table().spec().isPartitioned());

        alter(TableConfig.PARTITION_BY, "day(id)");
        append("k", "{\"id\":7}");
        await(() ->
                String.valueOf(service.status().getFirst().lastError())
                        .contains("table.partition.by"));
        alter(TableConfig.PARTITION_BY, "day(kafka_timestamp)");
        await(() -> rows() == 7);
    }

    private void freshness() throws Exception {
        alter(TableConfig.FRESHNESS_MS, "8640000000");
        append("k", "{\"id\":2}"); // waits for longer than this test
        alter(TableConfig.FRESHNESS_MS, "200");
        await(() -> rows() == 2);
    }

    private void retention() throws Exception {
        world.set(TableConfig.PARTITION_BY, "");
        alter(TableConfig.RETENTION_MS, "1000");
        var removal = new TableRetention(world.catalog, Environment.system().clock());
        removal.run(
                world.topic(), 1, System.currentTimeMillis()); // the service may have been first
        assertThat(rows()).isZero();
        append("k", "{\"id\":2}");
        await(() -> rows() == 1);
    }

    private void snapshotRetention() throws Exception {
        commits(3);
        world.set(TableConfig.SNAPSHOT_MIN_COUNT, "1");
        alter(TableConfig.SNAPSHOT_RETENTION_MS, "1");
        await(() -> snapshots() == 1);
    }

    private void snapshotCount() throws Exception {
        commits(4);
        world.set(TableConfig.SNAPSHOT_RETENTION_MS, "1");
        alter(TableConfig.SNAPSHOT_MIN_COUNT, "2");
        await(() -> snapshots() == 2);
    }

    private void fileTarget() throws Exception {
        String text =
                new java.util.Random(1)
                        .ints(66_000, 32, 127)
                        .filter(c -> c != '"' && c != '\\')
                        .collect(
                                StringBuilder::new,
                                StringBuilder::appendCodePoint,
                                StringBuilder::append)
                        .toString();
        alter(TableConfig.FILE_TARGET_BYTES, "65536");
        for (int i = 1; i <= 13; i++) {
            append("k", "{\"id\":%d,\"t\":\"%s\"}".formatted(i, text));
            int rows = 1 + i;
            await(() -> rows() == rows);
        }
        alter(TableConfig.FILE_TARGET_BYTES, "134217728");
        await(() -> files() < 8);
        assertThat(rows()).isEqualTo(14);
    }

    private void commits(int count) throws InterruptedException {
        for (int i = 1; i <= count; i++) {
            append("k", "{\"id\":%d}".formatted(i));
            int rows = 1 + i;
            await(() -> rows() == rows);
        }
    }

    private int snapshots() {
        return (int)
                java.util.stream.StreamSupport.stream(
                                world.table().snapshots().spliterator(), false)
                        .count();
    }

    private int files() {
        return Integer.parseInt(
                world.table().currentSnapshot().summary().getOrDefault("total-data-files", "0"));
    }

    private void pin() {
        assertThat(service.pinnedOffset(TableWorld.TOPIC_ID, 0)).isEqualTo(1);
        alter(TableConfig.RETENTION_PIN, "false");
        assertThat(service.pinnedOffset(TableWorld.TOPIC_ID, 0)).isEqualTo(Long.MAX_VALUE);
    }

    private void pause() throws Exception {
        alter(TableConfig.PAUSE, "true");
        await(() -> service.status().getFirst().state() == TableStatus.State.PAUSED);
        append("k", "{\"id\":2}");
        alter(TableConfig.PAUSE, "false");
        await(() -> rows() == 2);
    }

    @Test
    void anotherPrefixOnATableThatIsThereIsAnErrorThatSaysWhatToDo() throws Exception {
        alter(TableConfig.ENABLE, "false");
        alter(TableConfig.COLUMN_PREFIX, "k_");
        alter(TableConfig.ENABLE, "true");
        append("k", "{\"id\":2}");

        await(() ->
                String.valueOf(service.status().getFirst().lastError())
                        .contains("table.column.prefix=kafka_; set it back"));
    }

    @Test
    void anErrorOfOneTableHoldsUpThatTableUntilItIsOver() throws Exception {
        var errors = new AtomicInteger(3);
        service.close();
        var failing =
                new TableService(
                        world.sources(),
                        new TableServiceLinks(
                                new Topics(),
                                _ -> {
                                    if (errors.getAndDecrement() > 0) {
                                        throw new AssertionError("out of something");
                                    }
                                    return OptionalLong.of(1);
                                },
                                uploads(),
                                (_, _) -> {}),
                        TableServiceConfig.defaults(),
                        Environment.system(),
                        new SimpleMeterRegistry());
        try (failing) {
            failing.start();
            await(() -> failing.status().getFirst().state() == TableStatus.State.FAILING);
            assertThat(failing.status().getFirst().lastError()).endsWith("out of something");
            append("k", "{\"id\":2}");
            await(() -> rows() == 2 && failing.status().getFirst().lastError() == null);
        }
    }
}
