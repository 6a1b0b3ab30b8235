package io.oxbow.s3stream.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.s3stream.image.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ObjectNumbersTest {

    private final ObjectNumbers numbers = new ObjectNumbers(3, 7);

    @Test
    void numbersGrowByOneFromZero() {
        assertThat(numbers.take()).isEqualTo(new ObjectKey(3, 7, 0));
        assertThat(numbers.take()).isEqualTo(new ObjectKey(3, 7, 1));
    }

    @Test
    void theBoundIsTheLowestNumberUnderWay() {
        assertThat(numbers.settledBelow()).isZero();
        ObjectKey slow = numbers.take();
        ObjectKey quick = numbers.take();
        numbers.settle(quick);
        assertThat(numbers.settledBelow()).isZero();
        numbers.settle(slow);
        assertThat(numbers.settledBelow()).isEqualTo(2);
    }

    @Test
    void theBoundNeverFallsAndNeverPassesWhatIsUnderWay() {
        var random = new Random(1);
        List<ObjectKey> underWay = new ArrayList<>();
        long bound = 0;
        for (int i = 0; i < 2000; i++) {
            if (underWay.isEmpty() || random.nextBoolean()) {
                underWay.add(numbers.take());
            } else {
                numbers.settle(underWay.remove(random.nextInt(underWay.size())));
            }
            long now = numbers.settledBelow();
            assertThat(now).isGreaterThanOrEqualTo(bound);
            assertThat(underWay).allMatch(key -> key.number() >= now);
            bound = now;
        }
    }

    @Test
    void onlyWhatIsUnderWayCanBeSettled() {
        ObjectKey key = numbers.take();
        numbers.settle(key);
        assertThatThrownBy(() -> numbers.settle(key))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(key.path());
        assertThatThrownBy(() -> numbers.settle(new ObjectKey(3, 8, 0)))
                .isInstanceOf(IllegalStateException.class);
    }
}
