package io.oxbow.node.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that unexpected failures of components are found in logs, with their place and cause. */
class NodeLogsTest {

    @TempDir Path directory = Path.of("");

    @Test
    void unexpectedFailureIsFoundWithItsCause() throws Exception {
        Files.writeString(
                directory.resolve("node-1.log"),
                """
                12 [main] INFO Node - node 1 is up
                13 [oxbow-7] ERROR Component - table events: unexpected failure of a task
                java.lang.IllegalStateException: no reason
                """);
        assertThat(NodeLogs.check(directory))
                .singleElement()
                .asString()
                .startsWith("UNEXPECTED_FAILURE: node-1.log:2: ")
                .endsWith("java.lang.IllegalStateException: no reason");
    }

    @Test
    void warningsAreNoFailures() throws Exception {
        Files.writeString(
                directory.resolve("node-1.log"), "12 [main] WARN Component - it tries again\n");
        assertThat(NodeLogs.check(directory)).isEmpty();
    }
}
