package io.oxbow.broker;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.broker.config.BrokerConfig;
import io.oxbow.broker.config.TopicConfigExtension;
import io.oxbow.broker.config.TopicConfigs;
import io.oxbow.broker.testing.SettingRoutes;
import io.oxbow.broker.testing.SettingRoutes.Setting;
import io.oxbow.broker.testing.WireClient;
import io.oxbow.s3stream.testkit.OddTexts;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ApiError;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests that each topic key judges an odd value the same on every way by which a client can set it.
 * The value is refused with a text that says what is allowed, and nothing is made, or it is set as
 * given.
 */
@Timeout(300)
class OddSettingsTest {

    private static final List<String> VALUES = OddTexts.all(Long.getLong("oxbow.settings.seed", 1));

    private static final Pattern NUMBER = Pattern.compile("[-+]?[0-9]+");
    private static final Pattern DECIMAL =
            Pattern.compile("[-+]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][-+]?[0-9]+)?");

    @TempDir static Path directory = Path.of("");

    private static BrokerProcess process;
    private static Admin admin;
    private static KafkaProducer<String, String> producer;
    private static WireClient wire;
    private static SettingRoutes routes;

    /** A living topic for each value. */
    private static List<String> living = List.of();

    @BeforeAll
    static void start() throws Exception {
        process = new BrokerProcess(directory, Map.of("log.retention.check.interval.ms", "100"));
        admin = Clients.admin(process);
        producer = Clients.producer(process);
        wire = new WireClient(process.port());
        routes = new SettingRoutes(wire);
        living = IntStream.range(0, VALUES.size()).mapToObj(i -> "living-" + i).toList();
        admin.createTopics(living.stream().map(name -> new NewTopic(name, 1, (short) 1)).toList())
                .all()
                .get();
    }

    @AfterAll
    static void close() {
        producer.close();
        wire.close();
        admin.close();
        process.close();
    }

    static Set<String> topicKeys() {
        return new TreeSet<>(definitions().names());
    }

    private static ConfigDef definitions() {
        return new TopicConfigs(BrokerConfig.of(Map.of()), TopicConfigExtension.none())
                .definitions();
    }

    @Tag("slow")
    @ParameterizedTest
    @MethodSource("topicKeys")
    void oddValuesGetOneVerdictOnEveryWay(String key) throws Exception {
        Map<String, List<Setting>> asNew =
                topics(key, name -> name.replace("living", "new-" + key));
        Map<String, List<Setting>> asLiving = topics(key, name -> name);
        List<ApiError> verdicts = verdicts(routes.create(asNew, true));
        judge(key, verdicts);
        assertThat(verdicts(routes.alter(asLiving, OpType.SET, true))).isEqualTo(verdicts);
        assertThat(verdicts(routes.replace(asLiving, true))).isEqualTo(verdicts);

        Map<String, ApiError> made = routes.create(refusedAndOneMore(asNew, verdicts), false);
        made.forEach((name, error) -> assertThat(error).isEqualTo(verdicts.get(index(name))));
        assertThat(admin.listTopics().names().get())
                .filteredOn(name -> name.startsWith("new-" + key))
                .containsExactlyInAnyOrderElementsOf(
                        made.keySet().stream().filter(name -> made.get(name).isSuccess()).toList());

        assertThat(verdicts(routes.alter(asLiving, OpType.SET, false))).isEqualTo(verdicts);
        List<@Nullable ConfigEntry> described = described(key);
        for (int i = 0; i < VALUES.size(); i++) {
            @Nullable ConfigEntry entry = described.get(i);
            assertThat(isSet(entry)).as(VALUES.get(i)).isEqualTo(verdicts.get(i).isSuccess());
            if (isSet(entry)) {
                assertThat(requireNonNull(entry).value()).isEqualTo(onTheWire(VALUES.get(i)));
            }
        }
        everyTopicAnswers(Set.of(RecordTooLargeException.class, InvalidTimestampException.class));
        assertThat(verdicts(routes.alter(asLiving, OpType.DELETE, false)))
                .allMatch(ApiError::isSuccess);
        everyTopicAnswers(Set.of());
    }

    /** The topics' names end in the value's number. */
    private static Map<String, List<Setting>> topics(String key, UnaryOperator<String> name) {
        var topics = new LinkedHashMap<String, List<Setting>>();
        for (int i = 0; i < VALUES.size(); i++) {
            topics.put(name.apply(living.get(i)), List.of(new Setting(key, VALUES.get(i))));
        }
        return topics;
    }

    private static int index(String name) {
        return Integer.parseInt(name.substring(name.lastIndexOf('-') + 1));
    }

    private static List<ApiError> verdicts(Map<String, ApiError> byTopic) {
        var verdicts = new ArrayList<ApiError>();
        for (int i = 0; i < VALUES.size(); i++) {
            verdicts.add(ApiError.NONE);
        }
        assertThat(byTopic).hasSize(VALUES.size());
        byTopic.forEach((name, error) -> verdicts.set(index(name), error));
        return verdicts;
    }

    private static Map<String, List<Setting>> refusedAndOneMore(
            Map<String, List<Setting>> topics, List<ApiError> verdicts) {
        var some = new LinkedHashMap<String, List<Setting>>();
        int taken = 0;
        for (var topic : topics.entrySet()) {
            if (verdicts.get(index(topic.getKey())).isFailure() || taken++ == 0) {
                some.put(topic.getKey(), topic.getValue());
            }
        }
        return some;
    }

    private static void judge(String key, List<ApiError> verdicts) {
        Predicate<String> mayBeTaken = form(key);
        for (int i = 0; i < VALUES.size(); i++) {
            String value = VALUES.get(i);
            ApiError verdict = verdicts.get(i);
            if (verdict.isSuccess()) {
                assertThat(value).as(key).matches(mayBeTaken);
            } else {
                assertThat(verdict.error()).as(value).isEqualTo(Errors.INVALID_CONFIG);
                assertSaysWhatIsAllowed(key, value, verdict.message());
            }
        }
    }

    /** Returns what a value of the key's type is, by a rule that is not the product's. */
    private static Predicate<String> form(String key) {
        ConfigDef.Type type = requireNonNull(definitions().configKeys().get(key)).type;
        return switch (type) {
            case BOOLEAN -> value -> value.trim().matches("(?i)true|false");
            case SHORT, INT, LONG -> value -> NUMBER.matcher(value.trim()).matches();
            case DOUBLE -> value -> DECIMAL.matcher(value.trim()).matches();
            case LIST ->
                    key.equals("cleanup.policy")
                            ? value ->
                                    value.trim()
                                            .matches(
                                                    "((delete|compact)(\\s*,\\s*(delete|compact))*)?")
                            : value -> value.trim().matches("[0-9:,]*|[*]");
            case STRING, CLASS, PASSWORD -> value -> value.trim().matches("[A-Za-z0-9]+");
        };
    }

    private static void assertSaysWhatIsAllowed(String key, String value, String message) {
        assertThat(message)
                .as(value)
                .contains(key)
                .doesNotContainPattern("[\\p{Cc}\\p{Cf}\\u2028\\u00a0]")
                .containsPattern(
                        "must|Must|Not a number of type|Expected value to be|at most|leave the key away");
        assertThat(message.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(16_000);
        if (value.length() < 100 && value.matches("[ -~]*")) {
            assertThat(message).containsAnyOf(spellings(value));
        }
    }

    /** Returns the value as Kafka's texts may have it: as it is, parsed, one item of its list. */
    private static String[] spellings(String value) {
        var spellings = new ArrayList<>(List.of(value.trim().split("\\s*,\\s*", -1)));
        spellings.add(value.trim());
        if (DECIMAL.matcher(value.trim()).matches()) {
            spellings.add(new BigDecimal(value.trim()).stripTrailingZeros().toPlainString());
            spellings.add(Double.toString(Double.parseDouble(value.trim())));
        }
        return spellings.toArray(String[]::new);
    }

    /** Returns the text as UTF-8 carries it. */
    private static String onTheWire(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }

    /** Returns the key's entry of each living topic; null for keys that Kafka keeps to itself. */
    private static List<@Nullable ConfigEntry> described(String key) throws Exception {
        var resources =
                living.stream()
                        .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                        .toList();
        Map<ConfigResource, Config> all = admin.describeConfigs(resources).all().get();
        List<@Nullable ConfigEntry> entries = new ArrayList<>();
        resources.forEach(resource -> entries.add(requireNonNull(all.get(resource)).get(key)));
        return entries;
    }

    private static boolean isSet(@Nullable ConfigEntry entry) {
        return entry != null && entry.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG;
    }

    private static void everyTopicAnswers(Set<Class<?>> refusals) throws Exception {
        List<Future<?>> sent = new ArrayList<>();
        living.forEach(name -> sent.add(producer.send(new ProducerRecord<>(name, 0, "k", "v"))));
        for (Future<?> one : sent) {
            try {
                one.get();
            } catch (ExecutionException e) {
                assertThat(refusals).contains(requireNonNull(e.getCause()).getClass());
            }
        }
    }
}
