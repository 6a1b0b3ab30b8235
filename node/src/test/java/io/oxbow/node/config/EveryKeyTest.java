package io.oxbow.node.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.node.launch.MemoryPlan;
import io.oxbow.s3stream.store.s3.S3Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests that each key of the node and the store alters the node's configuration; none is only
 * taken.
 */
class EveryKeyTest {

    private static final String S3 = "oxbow.store=s3://b";
    private static final String KEYS = S3 + " s3.access-key-id=i s3.secret-access-key=k";

    /** A value that is no default, and the settings that it wants beside it. */
    private static final Map<String, String> ROWS = new TreeMap<>();

    static {
        row("oxbow.data.dir", "/elsewhere", "");
        row("oxbow.store", "s3://b/p", "");
        row("oxbow.lineage", "other", "");
        row("oxbow.roles", "broker,controller", "");
        row("oxbow.http.listener", "127.0.0.1:1", "");
        row("oxbow.http.hosts", "oxbow,node.example", "");
        row("oxbow.insecure.listeners", "http", "oxbow.http.listener=0.0.0.0:1");
        row("oxbow.rpc.listener", "127.0.0.1:1", "");
        row("oxbow.zone", "eu-1a", "");
        row("oxbow.balance.enable", "false", "");
        row("oxbow.balance.interval.ms", "777", "");
        row("oxbow.upload.pending.bytes", "2000000", "");
        row("oxbow.upload.interval.ms", "77", "");
        row("oxbow.compaction.bytes.per.second", "77", "");
        row("oxbow.wal", "object", "");
        row("oxbow.wal.path", "a,b", "");
        row("oxbow.wal.capacity.bytes", "134217728", "");
        row("oxbow.wal.iops", "77", "");
        row("oxbow.wal.bytes.per.second", "77", "");
        row("oxbow.wal.batch.interval.ms", "77", "oxbow.wal=object");
        row("oxbow.wal.batch.bytes", "777777", "oxbow.wal=object");
        row("oxbow.wal.abandon", "00000000-0000-0000-0000-000000000001", "");
        for (String key :
                List.of(
                        "oxbow.memory.slab.bytes",
                        "oxbow.memory.tail.bytes",
                        "oxbow.memory.held.bytes",
                        "oxbow.memory.appends.bytes",
                        "oxbow.memory.read.back.bytes",
                        "oxbow.memory.compaction.bytes",
                        "oxbow.memory.upload.bytes",
                        "oxbow.upload.bytes",
                        "oxbow.upload.in.flight.bytes",
                        "oxbow.cache.bytes",
                        "oxbow.cache.index.bytes",
                        "oxbow.cache.tables.bytes",
                        "oxbow.cache.readahead.bytes")) {
            row(key, "777777777", "");
        }
        row(
                "oxbow.rpc.ssl.keystore.location",
                "${authorities}",
                "oxbow.rpc.ssl.truststore.location=${authorities}");
        row(
                "oxbow.rpc.ssl.truststore.location",
                "${authorities}",
                "oxbow.rpc.ssl.keystore.location=${authorities}");
        row("s3.endpoint", "http://127.0.0.1:1", S3);
        row("s3.region", "r", S3);
        row("s3.path-style-access", "true", S3);
        row("s3.trust-store", "${authorities}", S3);
        row("s3.trust-store-password", "password", S3 + " s3.trust-store=${keystore}");
        row("s3.access-key-id", "j", KEYS);
        row("s3.secret-access-key", "l", KEYS);
        row("s3.session-token", "t", KEYS);
        row("s3.profile", "p", S3);
        row("s3.sse.type", "s3", S3);
        row("s3.sse.key", "k", S3 + " s3.sse.type=kms");
        row("s3.checksum", "md5", S3);
        row("s3.multipart.part-size-bytes", "6000000", S3);
        row("s3.connections.max", "7", S3);
        row("s3.request-timeout-ms", "777", S3);
        row("s3.call-timeout-ms", "777", S3);
        row("s3.retry.num-retries", "3", S3);
        row("s3.retry.min-wait-ms", "7", S3);
        row("s3.retry.max-wait-ms", "777", S3);
    }

    @TempDir static Path directory = Path.of("");

    private static void row(String key, String value, String beside) {
        ROWS.put(key, value + "\n" + beside);
    }

    static Set<String> keys() {
        var keys = new TreeSet<>(NodeConfigKeys.definitions().names());
        // Takes effect before there is a JVM: see JvmOptionsTest.
        keys.remove(MemoryPlan.KEY);
        keys.addAll(NodeConfigKeys.STORE_OPTIONS);
        return keys;
    }

    static Stream<String> storeOptions() {
        return NodeConfigKeys.STORE_OPTIONS.stream();
    }

    @Test
    void everyKeyHasItsRow() {
        assertThat(ROWS.keySet()).isEqualTo(keys());
    }

    @ParameterizedTest
    @MethodSource("keys")
    void valueThatIsTakenTakesEffect(String key) throws Exception {
        String[] row = String.valueOf(ROWS.get(key)).split("\n", -1);
        Map<String, String> beside = beside(row[1]);
        Map<String, String> with = new HashMap<>(beside);
        with.put(key, files(row[0]));

        Object altered = picture(with);

        assertThat(altered).isNotEqualTo(picture(beside)).isNotInstanceOf(ConfigFailure.class);
    }

    @ParameterizedTest
    @MethodSource("storeOptions")
    void optionBesideADirectoryIsRefusedWithoutItsValue(String key) {
        assertThatThrownBy(() -> NodeConfig.of(Map.of(key, "hush-hush")))
                .isInstanceOf(ConfigFailure.class)
                .hasMessageContaining(key)
                .hasMessageContaining("oxbow.store=s3://BUCKET")
                .hasMessageNotContaining("oss://")
                .hasMessageNotContaining("hush");
    }

    @ParameterizedTest
    @MethodSource("keys")
    void misspeltKeyIsRefusedWithAHintAndWithoutItsValue(String key) {
        String misspelt = key.substring(0, key.length() / 2) + key.substring(key.length() / 2 + 1);
        assertThatThrownBy(() -> NodeConfig.of(Map.of(misspelt, "hush-hush")))
                .isInstanceOf(ConfigFailure.class)
                .hasMessageContaining(misspelt)
                .hasMessageContaining("did you mean")
                .hasMessageNotContaining("hush");
    }

    @ParameterizedTest
    @MethodSource("keys")
    void controlCharacterIsRefusedWithoutTheValue(String key) {
        for (String value : List.of("hush\nhush", "hush\r", "\0", "hush\u0085")) {
            assertThatThrownBy(() -> NodeConfig.of(Map.of(key, value)))
                    .isInstanceOf(ConfigFailure.class)
                    .hasMessageContaining(key)
                    .hasMessageContaining("control character")
                    .hasMessageNotContaining("hush");
        }
    }

    @ParameterizedTest
    @MethodSource("storeOptions")
    void optionWithoutValueOrWithWhiteSpaceAroundItIsRefused(String key) {
        for (String value : List.of("", " ", " hush-hush", "hush-hush ")) {
            Map<String, String> given = Map.of("oxbow.store", "s3://b", key, value);
            assertThatThrownBy(() -> NodeConfig.of(given))
                    .isInstanceOf(ConfigFailure.class)
                    .hasMessageContaining(key)
                    .hasMessageMatching(".*(without a value|white space).*")
                    .hasMessageNotContaining("hush");
        }
    }

    @Test
    void dataDirectoryWithoutNameIsRefused() {
        assertThatThrownBy(() -> NodeConfig.of(Map.of("oxbow.data.dir", " ")))
                .isInstanceOf(ConfigFailure.class)
                .hasMessageContaining("oxbow.data.dir is given without a value");
    }

    @ParameterizedTest
    @ValueSource(strings = {"eu central", "münchen", "a/b", "a:b"})
    void regionThatNoRequestCanNameIsRefused(String region) {
        Map<String, String> given = Map.of("oxbow.store", "s3://b", "s3.region", region);
        assertThatThrownBy(() -> NodeConfig.of(given))
                .isInstanceOf(ConfigFailure.class)
                .hasMessageContaining("s3.region is '" + region + "'");
    }

    private static Object picture(Map<String, String> settings) {
        NodeConfig config;
        try {
            config = NodeConfig.of(settings);
        } catch (ConfigFailure refused) {
            return refused;
        }
        Object store =
                "s3".equals(config.store().getScheme())
                        ? S3Config.of("b", config.storeOptions())
                        : "a directory";
        return List.of(
                config.dataDir(),
                config.store(),
                store,
                config.lineage(),
                config.roles(),
                config.http(),
                config.rpc(),
                config.balance(),
                config.cacheTablesBytes(),
                String.valueOf(config.broker().rack()),
                config.engine());
    }

    private static Map<String, String> beside(String settings) throws Exception {
        Map<String, String> map = new HashMap<>();
        for (String setting : settings.split(" ")) {
            if (!setting.isEmpty()) {
                int equals = setting.indexOf('=');
                map.put(setting.substring(0, equals), files(setting.substring(equals + 1)));
            }
        }
        return map;
    }

    private static String files(String value) throws Exception {
        return switch (value) {
            case "${authorities}" -> authorities(null).toString();
            case "${keystore}" -> authorities("password").toString();
            default -> value;
        };
    }

    private static Path authorities(@org.jspecify.annotations.Nullable String password)
            throws Exception {
        Path file = directory.resolve(password == null ? "authority.pem" : "authority.p12");
        if (Files.exists(file)) {
            return file;
        }
        Path store = directory.resolve("authority.p12");
        if (!Files.exists(store)) {
            run("-genkeypair", "-alias", "a", "-keyalg", "EC", "-dname", "CN=a", store);
        }
        if (password == null) {
            run("-exportcert", "-rfc", "-alias", "a", "-file", file.toString(), store);
        }
        return file;
    }

    private static void run(Object... arguments) throws Exception {
        var command = new java.util.ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        for (Object argument : arguments) {
            if (argument instanceof Path store) {
                command.addAll(List.of("-keystore", store.toString(), "-storepass", "password"));
            } else {
                command.add(argument.toString());
            }
        }
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0) {
            throw new IOException(said);
        }
    }
}
