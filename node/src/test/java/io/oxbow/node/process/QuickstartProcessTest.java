package io.oxbow.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Tests the quickstart as a real process. */
class QuickstartProcessTest {

    @Test
    void quickstartCountsEveryRowBySql() throws Exception {
        Outcome outcome = OxbowProcess.run("quickstart", "--exit", "--port", "0").succeeded();
        assertThat(outcome.out().lines().toList().getLast())
                .isEqualTo("quickstart ok json=1707 avro=1707");
    }

    @Test
    void portThatIsTakenEndsItWithAMessage() throws Exception {
        try (var taken =
                new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            Outcome outcome =
                    OxbowProcess.run(
                            "quickstart",
                            "--exit",
                            "--port",
                            String.valueOf(taken.getLocalPort()),
                            "--http-port",
                            "0");
            assertThat(outcome.exit()).isEqualTo(1);
            assertThat(outcome.err())
                    .contains("cannot listen")
                    .contains(String.valueOf(taken.getLocalPort()));
        }
    }
}
