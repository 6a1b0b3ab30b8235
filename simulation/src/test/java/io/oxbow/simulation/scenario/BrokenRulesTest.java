package io.oxbow.simulation.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.simulation.kernel.Simulation;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * Tests that the simulation finds each broken rule of the design within 100 seeds; rules are broken
 * through seams. Nothing in production knows of this.
 */
class BrokenRulesTest {

    private static final int SEEDS = 100;

    /**
     * @param seams made anew for each run
     * @param symptom that some failure must show
     */
    private static void assertFound(Scenario scenario, Supplier<Seams> seams, String symptom) {
        for (long seed = 0; seed < SEEDS; seed++) {
            Seams broken = seams.get();
            Simulation.Outcome outcome =
                    Simulation.run(
                            seed,
                            scenario.stepsMax(),
                            simulation -> scenario.run(simulation, broken));
            if (outcome.failure() != null) {
                System.out.printf(
                        "%s found by %s, seed %d, step %d: %s%n",
                        symptom,
                        scenario.name(),
                        seed,
                        outcome.steps(),
                        outcome.failure().getMessage());
                assertThat(outcome.failure()).hasMessageMatching("(?s).*(" + symptom + ").*");
                return;
            }
        }
        throw new AssertionError("not found in %d seeds".formatted(SEEDS));
    }

    @Test
    void ackBeforeSyncIsFoundOut() {
        assertFound(
                new WalCrashScenario(),
                () -> Seams.none().withDisk(BrokenDisks.AckBeforeSync::new),
                "is lost|never got further");
    }

    @Test
    void ackBeforeSyncIsFoundOutByStreamsToo() {
        assertFound(
                new StreamStoreScenario(),
                () -> Seams.none().withDisk(BrokenDisks.AckBeforeSync::new),
                "invariant 11|cannot start");
    }

    @Test
    void reuseBeforeTheTrimIsDurableIsFoundOut() {
        assertFound(
                new WalCrashScenario(),
                () -> Seams.none().withDisk(BrokenDisks.TrimHeaderDropped::new),
                "is lost|never got further|has other bytes|gap|not newer");
    }

    @Test
    void noListAfterTakeoverIsFoundOut() {
        assertFound(
                new MetadataLogScenario(),
                () -> Seams.none().withStore(BrokenStores.NoListAfterTakeover::new),
                "invariant|cannot be read|led by");
    }

    @Test
    void deletedTakeoversAreFoundOut() {
        assertFound(
                new MetadataLogScenario(),
                () -> Seams.none().withStore(BrokenStores.TakeoversDeleted::new),
                "invariant 7");
    }

    @Test
    void notFoundTakenForFailedIsFoundOut() {
        assertFound(
                new MetadataLogScenario(),
                () -> Seams.none().withLog(BrokenLogs.NotFoundMeansFailed::new),
                "invariant 4");
    }
}
