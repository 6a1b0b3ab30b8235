package io.oxbow.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Tests the simulation's command line. */
class SimulateTest {

    private final StringWriter said = new StringWriter();

    private int simulate(String... arguments) {
        var command = new CommandLine(new Simulate());
        command.setOut(new PrintWriter(said));
        command.setErr(new PrintWriter(said));
        return command.execute(arguments);
    }

    @Test
    void aCleanRunPrintsItsBaseAndSaysSoLast() {
        assertThat(simulate("--scenario", "wal-crash", "--seeds", "2", "--from", "40")).isZero();
        assertThat(said.toString().lines().toList().getFirst()).isEqualTo("base 40");
        assertThat(said.toString().lines().toList().getLast())
                .matches("clean: 1 scenarios x 2 seeds, [0-9]+ steps, [0-9]+ s, .* runs/s");
    }

    @Test
    void oneSeedOfAllScenariosCanBeAskedFor() {
        assertThat(simulate("--seed", "9")).isZero();
        assertThat(said.toString())
                .contains("clean: %d scenarios x 1 seeds".formatted(Scenarios.all().size()));
    }

    @Test
    void aScenarioThatDoesNotExistIsRefusedWithThoseThatDo() {
        assertThat(simulate("--scenario", "nope")).isEqualTo(2);
        assertThat(said.toString())
                .contains("'nope'")
                .contains("metadata-log")
                .contains("wal-crash");
    }

    @Test
    void jobsShareTheSeeds() {
        assertThat(
                        simulate(
                                "--scenario",
                                "wal-crash",
                                "--seeds",
                                "3",
                                "--from",
                                "40",
                                "--jobs",
                                "2"))
                .isZero();
        assertThat(said.toString())
                .contains("base 40")
                .contains("base 41")
                .contains("clean: 1 scenarios x 1 seeds")
                .contains("clean: 1 scenarios x 2 seeds")
                .endsWith("clean: 2 jobs, 1 scenarios\n");
    }

    @Test
    void aTracedSeedTellsWhatHappened() {
        assertThat(simulate("--scenario", "engine", "--seed", "3", "--trace")).isZero();
        assertThat(said.toString()).contains("node-1.1 starts");
    }

    @Test
    void contradictoryOptionsAreRefused() {
        assertThat(simulate("--seed", "1", "--from", "2")).isEqualTo(2);
        assertThat(simulate("--seeds", "0")).isEqualTo(2);
    }
}
