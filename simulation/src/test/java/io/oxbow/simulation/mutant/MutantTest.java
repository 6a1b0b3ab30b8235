package io.oxbow.simulation.mutant;

import io.oxbow.s3stream.testkit.Sampled;
import java.util.List;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests that some seed finds every broken rule within the seeds that its line in the table states.
 * The engine as it is passes that seed.
 */
class MutantTest {

    static List<Mutant> all() {
        return Mutants.all();
    }

    static List<Mutant> quick() {
        return Mutants.all().stream().filter(each -> each.seeds() <= 20).toList();
    }

    @ParameterizedTest
    @MethodSource("quick")
    void quickMutantsAreFound(Mutant mutant) throws Exception {
        assertFound(mutant);
    }

    @Sampled
    @Tag("slow")
    @ParameterizedTest
    @MethodSource("all")
    void everyBrokenRuleIsFound(Mutant mutant) throws Exception {
        assertFound(mutant);
    }

    private static void assertFound(Mutant mutant) throws Exception {
        LongFunction<String> run = MutantLoader.load(mutant);
        var unchanged = new MutantRun(mutant.scenario());
        for (long seed = 0; seed < mutant.seeds(); seed++) {
            String failure = run.apply(seed);
            if (!failure.isEmpty() && unchanged.apply(seed).isEmpty()) {
                System.out.printf(
                        "%s: found by %s, seed %d: %s%n",
                        mutant.rule(), mutant.scenario(), seed, failure);
                return;
            }
        }
        throw new AssertionError(
                "%s: not found by %s in %d seeds"
                        .formatted(mutant.rule(), mutant.scenario(), mutant.seeds()));
    }
}
