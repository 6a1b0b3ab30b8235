package io.oxbow.s3stream.compact;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.image.CoreImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random uploads, trims and deletes, then the planner until nothing is left to do. Each step lowers
 * the progress measure; the bytes copied are bounded, and so is what is left. A failure prints its
 * seed.
 */
class PlannerConvergenceTest {

    private static final int SEEDS = 12;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void everyStepMakesProgressAndThereIsAnEnd(int run) {
        double worst = 0;
        double sum = 0;
        for (int i = 0; i < SEEDS; i++) {
            long seed = run * 1000L + i;
            try {
                double amplification = new Workload(seed).run();
                worst = Math.max(worst, amplification);
                sum += amplification;
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + e, e);
            }
        }
        System.out.printf(
                "bytes copied per byte uploaded: %.2f on average, %.2f at worst%n",
                sum / SEEDS, worst);
    }

    private static final class Workload {
        private final Random random;
        private final CompactionGoals goals;
        private final Planner planner;
        private final Potential potential;
        private final ModelImage image = new ModelImage();
        private final int streams;
        private final long[] typicalBytes;
        private long uploadedBytes;
        private double uploadedPotential;
        private int steps;
        private int uploads;

        Workload(long seed) {
            random = new Random(seed);
            int gainBits = 2 + random.nextInt(2);
            goals =
                    new CompactionGoals(
                            1 << 20, 8 << 20, 16, gainBits, 20 + random.nextInt(100), 50_000);
            planner = new Planner(goals);
            potential = new Potential(goals.singleBytes(), gainBits);
            streams = 1 + random.nextInt(60);
            typicalBytes = new long[streams];
            for (int i = 0; i < streams; i++) {
                typicalBytes[i] = 1L << (6 + random.nextInt(16));
            }
        }

        double run() {
            int rounds = 50 + random.nextInt(200);
            for (int round = 0; round < rounds; round++) {
                upload();
                if (random.nextInt(10) == 0) {
                    image.trim(random.nextInt(streams), 1 + random.nextInt(20));
                }
                if (random.nextInt(100) == 0) {
                    image.delete(random.nextInt(streams));
                }
                for (int step = random.nextInt(3); step > 0; step--) {
                    step();
                }
            }
            int before = steps;
            while (step()) {
                assertThat(steps - before).isLessThan(10 * rounds);
            }
            checkWhatIsLeft();
            checkBytesCopied();
            return (double) image.copiedBytes() / uploadedBytes;
        }

        private void upload() {
            List<ModelImage.Share> shares = new ArrayList<>();
            for (int stream = 0; stream < streams; stream++) {
                if (random.nextInt(4) > 0) {
                    long bytes = 1 + (long) (typicalBytes[stream] * 2 * random.nextDouble());
                    shares.add(new ModelImage.Share(stream, 1 + bytes / 1000, bytes));
                    uploadedBytes += bytes;
                    uploadedPotential += potential.ofExtent(bytes);
                }
            }
            if (!shares.isEmpty()) {
                image.upload(shares);
                uploads++;
            }
        }

        private boolean step() {
            CompactionPlan plan = planner.look(image).plan();
            if (plan == null) {
                return false;
            }
            double measure = measure();
            int objects = smallShared();
            image.apply(plan);
            steps++;
            if (plan.reason() == CompactionPlan.Reason.MERGE_OBJECTS) {
                assertThat(smallShared()).isLessThan(objects);
            } else {
                assertThat(measure()).as(plan.reason().toString()).isLessThan(measure);
            }
            return true;
        }

        private double measure() {
            return 4 * image.potential(potential) / 2 + 3.0 * image.deadBytes();
        }

        private int smallShared() {
            var limits = new Window.Limits(potential, goals.inputsMax(), goals.gainBits());
            var scan = new CandidateScan(image.objects(), limits, limits);
            image.forEachStretch(scan::add);
            return scan.smallShared(goals.objectBytes() / 2).size();
        }

        private void checkWhatIsLeft() {
            var limits = new Window.Limits(potential, goals.inputsMax(), goals.gainBits());
            for (List<CoreImage.Extent> stretch : image.stretches()) {
                assertThat(Window.best(Window.Member.of(stretch), limits)).isNull();
                long bytes = stretch.stream().mapToLong(CoreImage.Extent::bytes).sum();
                long bound =
                        (1L << goals.gainBits())
                                * (bytes / goals.singleBytes() + 20 / goals.gainBits());
                assertThat((long) stretch.size()).isLessThanOrEqualTo(bound);
            }
        }

        private void checkBytesCopied() {
            // Under pressure two bits are enough; merging objects copies by a measure of its own.
            double joins = 2 * uploadedPotential / 2;
            double merges = 2.0 * uploadedBytes * 4;
            assertThat((double) image.copiedBytes())
                    .isLessThan(joins + merges + image.droppedBytes());
            assertThat(uploads).isPositive();
        }
    }
}
