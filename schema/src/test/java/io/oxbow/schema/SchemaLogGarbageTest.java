package io.oxbow.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that malformed records in the registry's log cost none of the schemas around them. */
class SchemaLogGarbageTest {

    private static final String[] NUMBERS = {
        "0", "-1", "2147483647", "2147483648", "-2147483648", "1e99", "1.5", "null", "\"7\"", "[]"
    };

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void schemasAroundGarbageAreServedAndNewOnesGetIds(long seed) {
        var random = new Random(seed);
        var log = new InMemorySchemaLog();
        var writer = SchemaRegistry.open(log);
        Map<Integer, String> registered = new HashMap<>();
        for (int i = 0; i < 40; i++) {
            for (int g = random.nextInt(4); g > 0; g--) {
                append(log, random);
            }
            String text =
                    "{\"type\":\"record\",\"name\":\"r\",\"doc\":\"%d\",\"fields\":[]}"
                            .formatted(i);
            int id = register(writer, "good-" + i % 5 + "-value", text);
            assertThat(id).as("seed %d", seed).isPositive();
            assertThat(registered.put(id, text)).as("seed %d, id %d", seed, id).isNull();
        }

        var reader = SchemaRegistry.open(log);

        reader.catchUp();
        registered.forEach((id, text) ->
                assertThat(reader.schema(id).orElseThrow().text())
                        .as("seed %d, id %d", seed, id)
                        .isEqualTo(text));
        int id = register(reader, "late-value", "\"string\"");
        assertThat(registered).doesNotContainKey(id);
    }

    private static int register(SchemaRegistry registry, String subject, String text) {
        return registry.register(subject, text, List.of()).schema().id();
    }

    private static void append(InMemorySchemaLog log, Random random) {
        byte[] noise = new byte[random.nextInt(60)];
        random.nextBytes(noise);
        String number = NUMBERS[random.nextInt(NUMBERS.length)];
        String other = NUMBERS[random.nextInt(NUMBERS.length)];
        String key =
                "{\"keytype\":\"SCHEMA\",\"subject\":\"%s\",\"version\":%s,\"magic\":1}"
                        .formatted(random.nextBoolean() ? "bad" : "good-0-value", number);
        String value =
                "{\"subject\":\"bad\",\"version\":%s,\"id\":%s,\"schema\":\"%s\",\"deleted\":false}"
                        .formatted(number, other, random.nextBoolean() ? "\\\"int\\\"" : "{{{");
        switch (random.nextInt(8)) {
            case 0 -> log.append(noise, noise);
            case 1 -> log.append((byte[]) null, noise);
            case 2 -> log.append(bytes("[".repeat(100_000)), noise);
            case 3 -> log.append(bytes(key), bytes("[".repeat(100_000)));
            case 4 -> log.append(bytes(key), noise);
            case 5 ->
                    log.append(
                            bytes("{\"keytype\":\"NOOP\",\"magic\":0}"),
                            bytes("{\"maxId\":%s}".formatted(number)));
            case 6 ->
                    log.append(bytes(key.substring(0, random.nextInt(key.length()))), bytes(value));
            default -> log.append(bytes(key), bytes(value));
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
