package io.oxbow.s3stream.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random operations against a model, from a seed, with crashes and faults. A failure prints its
 * seed.
 */
@Tag("slow")
class StreamModelTest {

    private static final int SEEDS_PER_RUN = 60;
    private static final int STEPS = 120;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4})
    void streamsBehaveAsTheirModel(int run) {
        int highestLevel = 0;
        for (int i = 0; i < SEEDS_PER_RUN; i++) {
            long seed = run * 1000L + i;
            try {
                highestLevel = Math.max(highestLevel, runSeed(seed));
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + e, e);
            }
        }
        assertThat(highestLevel).as("composites of composites were read").isGreaterThan(1);
    }

    private static int runSeed(long seed) {
        var random = new Random(seed);
        var model = new StreamModel(random);
        try {
            for (int step = 0; step < STEPS; step++) {
                model.step();
            }
            model.checkAll();
        } finally {
            model.close();
        }
        assertThat(model.appends()).isPositive();
        return model.highestLevel();
    }
}
