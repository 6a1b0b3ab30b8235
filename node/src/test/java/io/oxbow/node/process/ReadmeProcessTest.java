package io.oxbow.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.testkit.RequiresPrograms;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests the README's commands for a node of one's own, pasted as they stand but for the addresses.
 */
@RequiresPrograms(value = "kcat", hint = "apt-get install kcat")
class ReadmeProcessTest {

    private static final String SECTION = "## A node of your own";
    private static final String START = "bin/oxbow start";

    @TempDir Path temporary = Path.of("");

    @Test
    void linesPastedOneAfterTheOtherWork() throws Exception {
        List<String> lines = commands();
        assertThat(lines).first().asString().startsWith(START + " ");
        try (var node = OxbowProcess.start(temporary.resolve("oxbow-data"), Map.of())) {
            String script =
                    "set -e\n"
                            + String.join("\n", lines.subList(1, lines.size()))
                                    .replace("127.0.0.1:9092", node.kafka());
            Outcome outcome = Outcome.of(List.of("bash", "-c", withAddresses(script, node)));

            assertThat(outcome.exit()).as(outcome.toString()).isZero();
            assertThat(outcome.out())
                    .contains("topic events created")
                    .contains("ada")
                    .contains("(1 row)")
                    .contains("the table of events is right");
        }
    }

    /** The lines of the section's first block of commands. */
    private static List<String> commands() throws Exception {
        String readme = Files.readString(OxbowProcess.home().resolve("README.md"));
        String section = readme.substring(readme.indexOf(SECTION));
        int begin = section.indexOf("```sh\n") + "```sh\n".length();
        return section.substring(begin, section.indexOf("\n```", begin))
                .lines()
                .filter(line -> !line.isBlank())
                .toList();
    }

    /** {@code bin/oxbow} with the addresses that this node has instead of the usual ones. */
    private static String withAddresses(String script, OxbowProcess node) {
        String function =
                """
                oxbow() {
                    local addresses=(--http %s)
                    [ "$1" = sql ] || addresses+=(--bootstrap-server %s)
                    '%s' "$@" "${addresses[@]}"
                }
                """
                        .formatted(
                                node.http(),
                                node.kafka(),
                                OxbowProcess.home().resolve("bin/oxbow"));
        return function + script.replaceAll("(?m)^bin/oxbow ", "oxbow ");
    }
}
