package io.oxbow.tableflow.tend;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Tests which files are merged, by generated sizes. */
class FilePlanTest {

    private static final long TARGET = 128L << 20;

    @Test
    void filesOfEachSizeStayFewAndAreRewrittenALogarithmicNumberOfTimes() {
        for (int kib : new int[] {1, 100, 20_000}) {
            Random random = new Random(kib);
            List<Long> small = new ArrayList<>();
            double written = 0;
            double rewritten = 0;
            for (int i = 0; i < 5_000; i++) {
                long size = (long) ((0.5 + random.nextDouble()) * kib * 1024);
                written += size;
                small.add(size);
                rewritten += merge(small);
                assertThat(small.size()).as("files of %d KiB", kib).isLessThanOrEqualTo(20);
            }
            assertThat(rewritten / written).as("rewrites of %d KiB", kib).isLessThan(16);
        }
    }

    /** Merges as the plan says, until nothing is due; returns the bytes that were rewritten. */
    private static double merge(List<Long> small) {
        double rewritten = 0;
        while (true) {
            Collections.sort(small);
            int count =
                    FilePlan.count(
                            small.stream().mapToLong(Long::longValue).toArray(), TARGET, 12, 6);
            if (count == 0) {
                return rewritten;
            }
            assertThat(count).isGreaterThan(1);
            long sum = small.subList(0, count).stream().mapToLong(Long::longValue).sum();
            small.subList(0, count).clear();
            rewritten += sum;
            for (long left = sum; left > 0; left -= TARGET) {
                if (left < TARGET * 3 / 4) {
                    small.add(left);
                }
            }
        }
    }

    @Test
    void manyFilesThatAreThereAtOnceComeToAnEnd() {
        Random random = new Random(7);
        for (int n = 0; n < 100; n++) {
            List<Long> small = new ArrayList<>();
            int files = random.nextInt(2_000);
            for (int i = 0; i < files; i++) {
                small.add(1 + (long) (TARGET * 0.75 * Math.pow(random.nextDouble(), 8)));
            }
            merge(small);
            assertThat(small).hasSizeLessThanOrEqualTo(FilePlan.SMALL_MAX);
        }
    }
}
