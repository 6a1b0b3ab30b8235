package io.oxbow.broker;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.broker.testing.SettingRoutes;
import io.oxbow.broker.testing.SettingRoutes.Setting;
import io.oxbow.broker.testing.WireClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ApiError;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests that an odd change of a topic's configuration is refused as a whole, on every way by which
 * a client can ask. Odd are unknown keys, nulls, keys given twice, strange topics and lists too
 * long.
 */
@Timeout(120)
class OddSettingRequestsTest {

    private static final String TOPIC = "living";

    /** Names that are no key, and the near misses of some. */
    private static final List<String> ODD_KEYS =
            List.of(
                    "",
                    " ",
                    "retention",
                    "retention.ms ",
                    " retention.ms",
                    "RETENTION.MS",
                    "retention.ms\u0000",
                    "retention.m\u0455",
                    "retention.ms\u200b",
                    "table.enabled",
                    "log.retention.ms",
                    "segment",
                    "null",
                    "x".repeat(30_000),
                    "a\nb",
                    "\ud83d\ude00");

    @TempDir static Path directory = Path.of("");

    private static BrokerProcess process;
    private static Admin admin;
    private static WireClient wire;
    private static SettingRoutes routes;

    @BeforeAll
    static void start() throws Exception {
        process = new BrokerProcess(directory, Map.of());
        admin = Clients.admin(process);
        wire = new WireClient(process.port());
        routes = new SettingRoutes(wire);
        admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all().get();
    }

    @AfterAll
    static void close() {
        wire.close();
        admin.close();
        process.close();
    }

    /** Returns the key's entry; null for keys that Kafka keeps to itself. */
    private static @Nullable ConfigEntry described(String key) throws Exception {
        var topic = new ConfigResource(ConfigResource.Type.TOPIC, TOPIC);
        return requireNonNull(admin.describeConfigs(List.of(topic)).all().get().get(topic))
                .get(key);
    }

    private static boolean isSet(@Nullable ConfigEntry entry) {
        return entry != null && entry.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG;
    }

    @Test
    void oddKeysAreRefusedOnEveryWay() throws Exception {
        for (String key : ODD_KEYS) {
            var asNew =
                    Map.of(
                            "unmade",
                            List.of(new Setting("retention.ms", "5"), new Setting(key, "5")));
            var asLiving = Map.of(TOPIC, requireNonNull(asNew.get("unmade")));
            for (boolean validateOnly : new boolean[] {true, false}) {
                for (Map<String, ApiError> answer :
                        List.of(
                                routes.create(asNew, validateOnly),
                                routes.alter(asLiving, OpType.SET, validateOnly),
                                routes.replace(asLiving, validateOnly))) {
                    ApiError error = answer.values().iterator().next();
                    assertThat(error.error()).as(key).isEqualTo(Errors.INVALID_CONFIG);
                    assertThat(error.message())
                            .as(key)
                            .contains("Unknown topic config name: " + shown(key), "Known are: ")
                            .hasSizeLessThan(6_000);
                }
            }
        }
        assertThat(isSet(described("retention.ms"))).isFalse();
        assertThat(admin.listTopics().names().get()).doesNotContain("unmade");
    }

    private static String shown(String key) {
        boolean isPlain = key.matches("[ -~]{0,100}");
        return isPlain ? key : "";
    }

    @Test
    void nullIsRefusedOnEveryWay() throws Exception {
        for (String key : OddSettingsTest.topicKeys()) {
            assertRefused(List.of(new Setting(key, null)), key);
        }
    }

    @Test
    void keyThatIsGivenTwiceIsRefusedOnEveryWay() throws Exception {
        assertRefused(
                List.of(new Setting("retention.ms", "5"), new Setting("retention.ms", "5")),
                "retention.ms is given twice");
    }

    /** Kafka's own code for null is another when a topic is created. */
    private static void assertRefused(List<Setting> settings, String text) throws Exception {
        for (boolean validateOnly : new boolean[] {true, false}) {
            for (Map<String, ApiError> answer :
                    List.of(
                            routes.create(Map.of("unmade", settings), validateOnly),
                            routes.alter(Map.of(TOPIC, settings), OpType.SET, validateOnly),
                            routes.replace(Map.of(TOPIC, settings), validateOnly))) {
                ApiError error = answer.values().iterator().next();
                assertThat(error.error()).isIn(Errors.INVALID_REQUEST, Errors.INVALID_CONFIG);
                assertThat(error.message()).contains(text);
            }
        }
        assertThat(admin.listTopics().names().get()).doesNotContain("unmade");
        assertThat(isSet(described(settings.getFirst().key()))).isFalse();
    }

    /** Names are in the text of an error, whose field takes 32,767 bytes. */
    @ParameterizedTest
    @ValueSource(strings = {"", " ", ".", "..", "a\nb", "a/b", "\u0430"})
    void oddTopicIsRefused(String name) {
        for (String topic : List.of(name, name + "x\u0000".repeat(10_000))) {
            var settings = Map.of(topic, List.of(new Setting("retention.ms", "5")));
            var answers = new HashMap<>(routes.create(settings, false));
            assertThat(answers.values())
                    .extracting(ApiError::error)
                    .containsOnly(Errors.INVALID_TOPIC_EXCEPTION);
            assertThat(routes.alter(settings, OpType.SET, false).values())
                    .allMatch(ApiError::isFailure);
            assertThat(routes.replace(settings, false).values()).allMatch(ApiError::isFailure);
        }
    }

    @Test
    void listThatOutgrowsARepliesFieldIsRefused() throws Exception {
        String key = "follower.replication.throttled.replicas";
        var sizes = new ArrayList<Integer>();
        for (int round = 0; round < 4; round++) {
            int from = round * 3_000;
            String more =
                    String.join(
                            ",",
                            IntStream.range(from, from + 3_000)
                                    .mapToObj(partition -> partition + ":1")
                                    .toList());
            ApiError error =
                    requireNonNull(
                            routes.alter(
                                            Map.of(TOPIC, List.of(new Setting(key, more))),
                                            OpType.APPEND,
                                            false)
                                    .get(TOPIC));
            sizes.add(requireNonNull(described(key)).value().length());
            if (error.isFailure()) {
                assertThat(error.error()).isEqualTo(Errors.INVALID_CONFIG);
                assertThat(error.message()).contains("32767 bytes");
            }
        }
        assertThat(sizes).allMatch(size -> size > 0 && size <= Short.MAX_VALUE);
        routes.alter(Map.of(TOPIC, List.of(new Setting(key, null))), OpType.DELETE, false);
    }
}
