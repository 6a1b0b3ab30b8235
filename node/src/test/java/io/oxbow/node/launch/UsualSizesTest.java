package io.oxbow.node.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests that sizes which {@code bin/jvm.sh} knows are those of {@link JvmOptions}, over random
 * command lines, files and options.
 */
class UsualSizesTest {

    private static final long MACHINE = 64L << 30;
    private static final int COMMAND_LINES = 60;

    private static final List<String> WORDS =
            List.of(
                    "--config",
                    "--set",
                    "--set=num.partitions=2",
                    "--set=oxbow.memory=2g",
                    "oxbow.memory=2g",
                    "oxbow.memory=3g",
                    "oxbow.memory.slab.bytes=9",
                    "num.partitions=2",
                    "--data",
                    "d",
                    "absent");

    private static final List<String> FILES =
            List.of(
                    "",
                    "num.partitions=2\n",
                    "oxbow.memory=2g\n",
                    "num.partitions=2\n oxbow.memory : 600m",
                    "oxbow\\u002ememory=2g",
                    "oxbow.mem\\\n  ory=2g");

    private static final List<String> OPTIONS =
            List.of(
                    "",
                    "-ea",
                    "-Xms1g",
                    "-Xmx1g",
                    "-Xmx700m -ea",
                    "-Xmx9000000k",
                    "-Xmx1g -Xmx2g",
                    "-Xmx90m",
                    "-Dx=-Xmx9g",
                    "-ea -XX:MaxHeapSize=1g -Xss1m",
                    "-XX:MaxDirectMemorySize=1g",
                    "-Xmx1g -XX:MaxDirectMemorySize=1g",
                    "-XX:MaxRAM=1g",
                    "-XX:MaxRAMPercentage=5",
                    "-XX:MaxNewSize=9m");

    @TempDir Path directory = Path.of("");

    private final Random random = new Random(20);

    @Test
    void scriptAnswersAsJvmOptionsWouldOrLeavesItToThem() throws Exception {
        List<String> commandLines = new ArrayList<>();
        int answered = 0;
        for (int i = 0; i < COMMAND_LINES; i++) {
            List<String> words = commandLine(i);
            String options = pick(OPTIONS);
            List<String> said = ofScript(words, options);
            commandLines.add("%s with '%s': %s".formatted(words, options, said));
            if (!said.isEmpty()) {
                answered++;
                assertThat(said)
                        .as("%s with '%s'", words, options)
                        .isEqualTo(JvmOptions.of(words.toArray(String[]::new), options, MACHINE));
            }
        }
        assertThat(answered).as("answered of %s", commandLines).isGreaterThan(5);
    }

    @Test
    void plainStartWithSizesOfItsOwnNeedsNoJvm() throws Exception {
        assertThat(ofScript(List.of("start"), "-ea -Xmx1g")).hasSize(2);
        assertThat(ofScript(List.of("start"), "-Xmx1g -XX:MaxDirectMemorySize=1g"))
                .containsExactly(MemoryPlan.YOUNG_OPTION);
    }

    private List<String> commandLine(int number) throws IOException {
        List<String> words = new ArrayList<>(List.of("start"));
        for (int length = random.nextInt(5); length > 0; length--) {
            if (random.nextInt(3) > 0) {
                words.add(pick(WORDS));
            } else {
                Path file =
                        Files.writeString(directory.resolve(number + "-" + length), pick(FILES));
                if (random.nextBoolean()) {
                    words.add("--config=" + file);
                } else {
                    words.addAll(List.of("--config", file.toString()));
                }
            }
        }
        return words;
    }

    private String pick(List<String> values) {
        return values.get(random.nextInt(values.size()));
    }

    private static List<String> ofScript(List<String> words, String options) throws Exception {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "bash",
                                "-euc",
                                ". \"$0\"; oxbow_usual_sizes \"$@\" && printf '%s\\n' \"${sizes[@]}\"",
                                script().toString()));
        command.addAll(words);
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("OXBOW_OPTS", options);
        Process process = builder.start();
        process.getOutputStream().close();
        List<String> lines =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                        .lines()
                        .toList();
        process.waitFor();
        return lines;
    }

    private static Path script() {
        Path here = Path.of("").toAbsolutePath();
        while (!Files.exists(here.resolve("bin/jvm.sh"))) {
            Path parent = here.getParent();
            if (parent == null) {
                throw new AssertionError("bin/jvm.sh was not found above the working directory");
            }
            here = parent;
        }
        return here.resolve("bin/jvm.sh");
    }
}
