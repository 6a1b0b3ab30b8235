package io.oxbow.s3stream.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Tests the choice of sampled tests. */
class SamplingTest {

    private static final List<String> TESTS =
            IntStream.range(0, 1_000).mapToObj(i -> "test " + i).toList();

    private static List<String> chosen(long seed, double share) {
        return TESTS.stream().filter(test -> Sampling.isChosen(test, seed, share)).toList();
    }

    @Test
    void allRunWithoutAShareAndNoneWithNothing() {
        assertThat(chosen(7, 1)).isEqualTo(TESTS);
        assertThat(chosen(7, 0)).isEmpty();
    }

    @Test
    void seedRepeatsItsChoiceAndAnotherMakesAnother() {
        assertThat(chosen(7, 0.5)).hasSizeBetween(430, 570).isEqualTo(chosen(7, 0.5));
        assertThat(chosen(8, 0.5)).hasSizeBetween(430, 570).isNotEqualTo(chosen(7, 0.5));
    }

    /** Ten runs leave next to nothing out. */
    @Test
    void everyTestHasItsTurn() {
        List<String> left =
                TESTS.stream()
                        .filter(test ->
                                IntStream.range(0, 10)
                                        .noneMatch(seed -> Sampling.isChosen(test, seed, 0.5)))
                        .toList();
        assertThat(left).hasSizeLessThan(10);
    }
}
