package io.oxbow.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QuickstartProcessTest {

    @Test
    void quickstartCountsEveryRowBySql() throws Exception {
        Outcome outcome = OxbowProcess.run("quickstart", "--exit", "--port", "0").succeeded();
        assertThat(outcome.out().lines().toList().getLast())
                .isEqualTo("quickstart ok json=1707 avro=1707");
    }
}
