package io.oxbow.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.testkit.RequiresPrograms;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests kcat against a real node that is killed. */
@Tag("slow")
@RequiresPrograms(value = "kcat", hint = "apt-get install kcat")
class KcatProcessTest {

    @TempDir Path temporary = Path.of("");

    @Test
    void kcatProducesAndFetchesAcrossKill9() throws Exception {
        Path data = temporary.resolve("data");
        String lines =
                IntStream.range(0, 1000)
                        .mapToObj(i -> "line " + i)
                        .collect(Collectors.joining("\n", "", "\n"));
        try (var node = OxbowProcess.start(data, Map.of())) {
            Outcome.of(List.of("kcat", "-b", node.kafka(), "-P", "-t", "lines"), lines).succeeded();
            assertThat(consume(node, "lines")).isEqualTo(lines);
            node.kill();
        }
        try (var node = OxbowProcess.start(data, Map.of())) {
            assertThat(consume(node, "lines")).isEqualTo(lines);
            Outcome.of(List.of("kcat", "-b", node.kafka(), "-P", "-t", "lines"), "one more\n")
                    .succeeded();
            assertThat(consume(node, "lines")).isEqualTo(lines + "one more\n");
        }
    }

    private static String consume(OxbowProcess node, String topic) throws Exception {
        return Outcome.of(
                        List.of(
                                "kcat",
                                "-b",
                                node.kafka(),
                                "-C",
                                "-t",
                                topic,
                                "-o",
                                "beginning",
                                "-e",
                                "-q"))
                .succeeded()
                .out();
    }
}
