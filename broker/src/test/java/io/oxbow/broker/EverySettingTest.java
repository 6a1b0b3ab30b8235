package io.oxbow.broker;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.broker.config.BrokerConfig;
import io.oxbow.broker.config.ConfigRules;
import io.oxbow.broker.config.InertTopicKeys;
import io.oxbow.broker.config.TopicConfigExtension;
import io.oxbow.broker.config.TopicConfigs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.server.config.ServerTopicConfigSynonyms;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests each key of a topic, and each of a broker that may change at run time, by altering it under
 * a living topic. The key takes effect, is refused with the reason, or says in its description why
 * it has none.
 */
@Timeout(120)
class EverySettingTest {

    private static final long HOUR_MILLIS = 3_600_000;

    /** Checks a setting's effect on a topic that is in use. */
    @FunctionalInterface
    private interface Sight {
        void see(LivingTopic topic) throws Exception;
    }

    private static final Map<String, Sight> EFFECTS = new TreeMap<>();

    /** A value that Kafka takes, and a part of the reason for which it is refused here. */
    private static final Map<String, String[]> REFUSALS = new TreeMap<>();

    static {
        EFFECTS.put("cleanup.policy", EverySettingTest::nothingIsCleaned);
        EFFECTS.put("compression.type", EverySettingTest::recordsAreCompressed);
        EFFECTS.put("compression.gzip.level", topic -> levelMatters(topic, "gzip", "1", "9"));
        EFFECTS.put("compression.lz4.level", topic -> levelMatters(topic, "lz4", "1", "17"));
        EFFECTS.put("compression.zstd.level", topic -> levelMatters(topic, "zstd", "-7", "19"));
        EFFECTS.put("max.message.bytes", EverySettingTest::largeRecordIsRefused);
        EFFECTS.put("message.timestamp.type", EverySettingTest::recordGetsTheTimeOfItsAppend);
        EFFECTS.put("message.timestamp.after.max.ms", topic -> timestampIsRefused(topic, 10_000));
        EFFECTS.put("message.timestamp.before.max.ms", topic -> timestampIsRefused(topic, -10_000));
        EFFECTS.put("retention.ms", topic -> recordsExpire(topic, "1"));
        EFFECTS.put("retention.bytes", topic -> recordsExpire(topic, "0"));
        EFFECTS.put("min.cleanable.dirty.ratio", topic -> cleaningBegins(topic, "1", "0"));
        EFFECTS.put("min.compaction.lag.ms", topic -> cleaningBegins(topic, "3600000", "0"));
        EFFECTS.put("max.compaction.lag.ms", EverySettingTest::oldRecordsAreCleaned);
        EFFECTS.put("delete.retention.ms", EverySettingTest::tombstonesGo);
        EFFECTS.put("damaged.data.read", EverySettingTest::readersGoPastDamage);
        REFUSALS.put("remote.storage.enable", new String[] {"true", "shared storage"});
        REFUSALS.put("remote.log.copy.disable", new String[] {"true", "shared storage"});
        REFUSALS.put("remote.log.delete.on.disable", new String[] {"true", "shared storage"});
        REFUSALS.put("local.retention.ms", new String[] {"5", "shared storage"});
        REFUSALS.put("local.retention.bytes", new String[] {"5", "shared storage"});
        REFUSALS.put("internal.segment.bytes", new String[] {"5000", "internal to Kafka"});
    }

    @TempDir static Path directory = Path.of("");

    private static BrokerProcess process;
    private static Admin admin;
    private static KafkaProducer<String, String> producer;
    private static int topics;

    @BeforeAll
    static void start() throws Exception {
        process =
                new BrokerProcess(
                        directory,
                        Map.of(
                                "log.retention.check.interval.ms", "100",
                                "log.cleaner.backoff.ms", "50"));
        admin = Clients.admin(process);
        producer = Clients.producer(process);
    }

    @AfterAll
    static void close() {
        producer.close();
        admin.close();
        process.close();
    }

    /** A topic in use, and the resource at which its key is altered: the topic, or all brokers. */
    private record LivingTopic(String name, ConfigResource resource, String key) {

        void set(String value) throws Exception {
            alter(resource, key, value);
        }

        void setOther(String topicKey, String value) throws Exception {
            alter(new ConfigResource(ConfigResource.Type.TOPIC, name), topicKey, value);
        }

        long send(String value) throws Exception {
            return send(value, System.currentTimeMillis());
        }

        /** Returns the record's timestamp. */
        long send(String value, long timestamp) throws Exception {
            return producer.send(new ProducerRecord<>(name, 0, timestamp, "k", value))
                    .get()
                    .timestamp();
        }

        long offset(OffsetSpec spec) throws Exception {
            var partition = new TopicPartition(name, 0);
            return admin.listOffsets(Map.of(partition, spec))
                    .partitionResult(partition)
                    .get()
                    .offset();
        }

        long bytes() throws Exception {
            var partition = new TopicPartition(name, 0);
            var logs = admin.describeLogDirs(List.of(1)).allDescriptions().get().values();
            return requireNonNull(
                            logs.iterator()
                                    .next()
                                    .values()
                                    .iterator()
                                    .next()
                                    .replicaInfos()
                                    .get(partition))
                    .size();
        }
    }

    static Set<String> topicKeys() {
        var configs = new TopicConfigs(BrokerConfig.of(Map.of()), TopicConfigExtension.none());
        return new TreeSet<>(configs.definitions().names());
    }

    static Set<String> effects() {
        return EFFECTS.keySet();
    }

    static Set<String> refusals() {
        return REFUSALS.keySet();
    }

    static Set<String> inert() {
        return InertTopicKeys.reasons().keySet();
    }

    static List<String> brokerKeys() {
        return ConfigRules.dynamicBrokerKeys();
    }

    @Test
    void everyTopicKeyHasOneRow() {
        var rows = new HashSet<>(EFFECTS.keySet());
        rows.addAll(REFUSALS.keySet());
        rows.addAll(inert());
        assertThat(rows).isEqualTo(topicKeys());
        assertThat(rows).hasSize(EFFECTS.size() + REFUSALS.size() + inert().size());
    }

    @ParameterizedTest
    @MethodSource("effects")
    void topicKeyTakesEffectOnALivingTopic(String key) throws Exception {
        String name = livingTopic();
        EFFECTS.get(key).see(new LivingTopic(name, resource(ConfigResource.Type.TOPIC, name), key));
    }

    @ParameterizedTest
    @MethodSource("brokerKeys")
    void brokerKeyTakesEffectOnALivingTopic(String key) throws Exception {
        String topicKey =
                ServerTopicConfigSynonyms.TOPIC_CONFIG_SYNONYMS.entrySet().stream()
                        .filter(synonym -> synonym.getValue().equals(key))
                        .map(Map.Entry::getKey)
                        .findAny()
                        .orElseThrow();
        var everyBroker = resource(ConfigResource.Type.BROKER, "");
        try {
            requireNonNull(EFFECTS.get(topicKey), topicKey)
                    .see(new LivingTopic(livingTopic(), everyBroker, key));
        } finally {
            alter(everyBroker, new AlterConfigOp(new ConfigEntry(key, ""), OpType.DELETE));
        }
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void topicKeyIsRefusedWithTheReason(String key) throws Exception {
        String[] row = requireNonNull(REFUSALS.get(key));
        String name = livingTopic();
        var topic = resource(ConfigResource.Type.TOPIC, name);
        var withIt = new NewTopic(name + "-2", 1, (short) 1).configs(Map.of(key, row[0]));

        assertThatThrownBy(() -> alter(topic, key, row[0]))
                .hasCauseInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining(key)
                .hasMessageContaining(row[1]);
        assertThatThrownBy(() -> admin.createTopics(List.of(withIt)).all().get())
                .hasCauseInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining(row[1]);
        assertThat(admin.listTopics().names().get()).doesNotContain(withIt.name());
    }

    @ParameterizedTest
    @MethodSource("inert")
    void topicKeyWithoutEffectSaysSoInItsDescription(String key) throws Exception {
        var topic = resource(ConfigResource.Type.TOPIC, livingTopic());
        var options = new DescribeConfigsOptions().includeDocumentation(true);
        var described = admin.describeConfigs(List.of(topic), options).all().get().get(topic);

        assertThat(requireNonNull(described).get(key).documentation())
                .isEqualTo("Taken, and without effect: %s.", InertTopicKeys.reasons().get(key));
    }

    @Test
    void otherBrokerKeysAreRefusedAtRunTimeWithTheReason() {
        var everyBroker = resource(ConfigResource.Type.BROKER, "");
        var others = new TreeSet<>(BrokerConfig.definitions().names());
        others.removeAll(ConfigRules.dynamicBrokerKeys());
        for (String key : others) {
            assertThatThrownBy(() -> alter(everyBroker, key, "1"))
                    .as(key)
                    .hasCauseInstanceOf(InvalidConfigurationException.class)
                    .hasMessageContaining(key + " cannot be changed at run time");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"share.session.timeout.ms", "streams.num.standby.replicas"})
    void groupKeyOfAKindOfGroupThatIsNotServedIsRefused(String key) {
        var group = resource(ConfigResource.Type.GROUP, "readers");
        assertThatThrownBy(() -> alter(group, key, "1"))
                .hasCauseInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining(key + " is not supported");
    }

    /**
     * Values of topics' defaults reach topics through the layers of configurations; all other keys
     * are read by name.
     */
    @Test
    void everyBrokerKeyIsReadByWhatRuns(@TempDir Path other) throws Exception {
        var given = new HashMap<String, String>();
        for (ConfigDef.ConfigKey key : BrokerConfig.definitions().configKeys().values()) {
            String value = ConfigDef.convertToString(key.defaultValue, key.type);
            if (value != null && !value.isEmpty()) {
                given.put(key.name, value);
            }
        }
        given.put("listeners", "PLAINTEXT://127.0.0.1:0");
        given.put("broker.rack", "a");
        try (var all = new BrokerProcess(other, given);
                var client = Clients.admin(all);
                var asking = Clients.producer(all)) {
            asking.partitionsFor("made-by-asking");
            client.describeTopics(List.of("made-by-asking")).allTopicNames().get();
            var unread = new TreeSet<>(all.config.kafka().unused());
            unread.retainAll(BrokerConfig.definitions().names());
            ServerTopicConfigSynonyms.ALL_TOPIC_CONFIG_SYNONYMS
                    .values()
                    .forEach(
                            synonyms -> synonyms.forEach(synonym -> unread.remove(synonym.name())));
            assertThat(unread).isEmpty();
        }
    }

    private static void nothingIsCleaned(LivingTopic topic) throws Exception {
        topic.set("");
        topic.setOther("retention.bytes", "0");
        topic.send("kept");
        aRoundOfRetention();
        aRoundOfRetention();
        assertThat(topic.offset(OffsetSpec.earliest())).isZero();

        topic.set("delete");
        awaitStart(topic, 2);
    }

    /**
     * Waits for a whole round of retention: records of another topic, appended before it began, are
     * gone then.
     */
    private static void aRoundOfRetention() throws Exception {
        String name = livingTopic();
        recordsExpire(
                new LivingTopic(name, resource(ConfigResource.Type.TOPIC, name), "retention.bytes"),
                "0");
    }

    private static void recordsExpire(LivingTopic topic, String value) throws Exception {
        assertThat(topic.offset(OffsetSpec.earliest())).isZero();
        topic.set(value);
        awaitStart(topic, topic.offset(OffsetSpec.latest()));
    }

    private static void awaitStart(LivingTopic topic, long offset) throws Exception {
        while (topic.offset(OffsetSpec.earliest()) < offset) {
            Thread.sleep(20);
        }
    }

    /** Checks that nothing is cleaned under one value, and then is under another. */
    private static void cleaningBegins(LivingTopic topic, String not, String value)
            throws Exception {
        topic.set(not);
        topic.setOther("cleanup.policy", "compact");
        topic.send("second");
        aRoundOfCleaning();
        assertThat(values(topic.name())).containsExactly("first", "second");
        topic.set(value);
        awaitValues(topic.name(), "second");
    }

    private static void oldRecordsAreCleaned(LivingTopic topic) throws Exception {
        topic.setOther("min.cleanable.dirty.ratio", "1");
        topic.setOther("cleanup.policy", "compact");
        topic.send("second");
        aRoundOfCleaning();
        assertThat(values(topic.name())).containsExactly("first", "second");
        topic.set("1");
        awaitValues(topic.name(), "second");
    }

    private static void tombstonesGo(LivingTopic topic) throws Exception {
        topic.set("3600000");
        topic.setOther("min.cleanable.dirty.ratio", "0");
        topic.setOther("cleanup.policy", "compact");
        producer.send(new ProducerRecord<>(topic.name(), 0, "gone", null)).get();
        topic.send("second");
        awaitValues(topic.name(), null, "second");
        topic.send("third");
        awaitValues(topic.name(), null, "third");
        // What has a horizon keeps it, so this is about the next tombstone.
        topic.set("1");
        producer.send(new ProducerRecord<>(topic.name(), 0, "gone", null)).get();
        topic.send("fourth");
        awaitValues(topic.name(), null, "fourth");
        topic.send("fifth");
        awaitValues(topic.name(), "fifth");
    }

    /** Waits for a look of the cleaner that began after this was called. */
    private static void aRoundOfCleaning() throws Exception {
        String name = livingTopic();
        alter(resource(ConfigResource.Type.TOPIC, name), "min.cleanable.dirty.ratio", "0");
        alter(resource(ConfigResource.Type.TOPIC, name), "min.compaction.lag.ms", "0");
        alter(resource(ConfigResource.Type.TOPIC, name), "cleanup.policy", "compact");
        for (int i = 0; i < 2; i++) {
            producer.send(new ProducerRecord<>(name, 0, "k", "again")).get();
            awaitValues(name, "again");
        }
    }

    private static void awaitValues(String topic, @Nullable String... values) throws Exception {
        while (!values(topic).equals(Arrays.asList(values))) {
            Thread.sleep(20);
        }
    }

    /** Returns the values of the first partition, up to its end now. */
    private static List<@Nullable String> values(String topic) throws Exception {
        List<@Nullable String> values = new ArrayList<>();
        try (var consumer = Clients.consumer(process, "readers", "classic")) {
            var partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = requireNonNull(consumer.endOffsets(List.of(partition)).get(partition));
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> values.add(record.value()));
            }
        }
        return values;
    }

    private static void recordsAreCompressed(LivingTopic topic) throws Exception {
        assertThat(topic.bytes() + compressible().length()).isLessThanOrEqualTo(grown(topic));
        topic.set("gzip");
        long before = topic.bytes();
        topic.send(compressible());
        assertThat(topic.bytes() - before).isLessThan(compressible().length());
    }

    private static long grown(LivingTopic topic) throws Exception {
        topic.send(compressible());
        return topic.bytes();
    }

    private static void levelMatters(LivingTopic topic, String codec, String low, String high)
            throws Exception {
        topic.setOther("compression.type", codec);
        topic.set(low);
        long before = topic.bytes();
        long afterLow = grown(topic);
        topic.set(high);
        assertThat(grown(topic) - afterLow).isLessThan(afterLow - before);
    }

    private static String compressible() {
        var text = new StringBuilder();
        var random = new Random(5);
        for (int i = 0; i < 3000; i++) {
            text.append("word").append(random.nextInt(300) * 7).append(' ');
        }
        return text.toString();
    }

    private static void largeRecordIsRefused(LivingTopic topic) throws Exception {
        topic.send("x".repeat(5000));
        topic.set("4000");
        assertThatThrownBy(() -> topic.send("x".repeat(5000)))
                .hasCauseInstanceOf(RecordTooLargeException.class);
    }

    private static void recordGetsTheTimeOfItsAppend(LivingTopic topic) throws Exception {
        long given = System.currentTimeMillis() - HOUR_MILLIS;
        assertThat(topic.send("v", given)).isEqualTo(given);
        topic.set("LogAppendTime");
        assertThat(topic.send("v", given)).isGreaterThan(given);
    }

    private static void timestampIsRefused(LivingTopic topic, long fromNow) throws Exception {
        topic.send("v", System.currentTimeMillis() + fromNow);
        topic.set("1000");
        assertThatThrownBy(() -> topic.send("v", System.currentTimeMillis() + fromNow * 10))
                .hasCauseInstanceOf(InvalidTimestampException.class);
    }

    private static void readersGoPastDamage(LivingTopic topic) throws Exception {
        process.streams.flush();
        var id =
                admin.describeTopics(List.of(topic.name())).allTopicNames().get().get(topic.name());
        Damage.flip(process, requireNonNull(id).topicId(), 0);
        topic.send("second");
        try (var consumer = Clients.consumer(process, "readers", "classic")) {
            var partition = new TopicPartition(topic.name(), 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            assertThatThrownBy(() -> Clients.read(consumer, 1)).hasMessageContaining("offset 0");
            topic.set("skip");
            assertThat(Clients.read(consumer, 1)).extracting("value").containsExactly("second");
        }
        assertThat(damagedTopics()).contains(topic.name());
        admin.deleteTopics(List.of(topic.name())).all().get();
        assertThat(damagedTopics()).doesNotContain(topic.name());
    }

    private static List<String> damagedTopics() {
        return process.broker.damaged().ranges(process.broker.partitions()).stream()
                .map(range -> range.partition().topic())
                .toList();
    }

    private static String livingTopic() throws Exception {
        String name = "living-" + topics++;
        admin.createTopics(List.of(new NewTopic(name, 1, (short) 1))).all().get();
        producer.send(new ProducerRecord<>(name, 0, "k", "first")).get();
        return name;
    }

    private static ConfigResource resource(ConfigResource.Type type, String name) {
        return new ConfigResource(type, name);
    }

    private static void alter(ConfigResource resource, String key, String value) throws Exception {
        alter(resource, new AlterConfigOp(new ConfigEntry(key, value), OpType.SET));
    }

    private static void alter(ConfigResource resource, AlterConfigOp operation) throws Exception {
        Collection<AlterConfigOp> operations = List.of(operation);
        admin.incrementalAlterConfigs(Map.of(resource, operations)).all().get();
    }
}
