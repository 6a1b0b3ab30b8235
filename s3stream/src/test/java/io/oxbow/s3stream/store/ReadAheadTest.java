package io.oxbow.s3stream.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Tests which reads are under way together, and what becomes of those that fail or are not taken.
 */
class ReadAheadTest {

    @Test
    void objectsAreReadTogetherAndTakenInTheirOrder() {
        var all = new CountDownLatch(3);
        var ahead =
                new ReadAhead<>(
                        number -> {
                            all.countDown();
                            return arrived(all)
                                    ? Optional.of("object " + number)
                                    : Optional.empty();
                        },
                        Thread.ofVirtual().factory());
        for (long number = 5; number < 8; number++) {
            ahead.begin(number, 100);
        }
        for (long number = 5; number < 8; number++) {
            assertThat(ahead.take(number)).contains("object " + number);
        }
        assertThat(ahead.isEmpty()).isTrue();
    }

    private static boolean arrived(CountDownLatch all) {
        try {
            return all.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            return false;
        }
    }

    @Test
    void numberThatIsNotNextForgetsTheOthers() {
        ReadAhead<Long> ahead = echo();
        ahead.begin(1, 100);
        ahead.begin(2, 100);
        assertThat(ahead.take(2)).isEmpty();
        assertThat(ahead.isEmpty()).isTrue();
        assertThat(ahead.take(2)).isEmpty();
    }

    @Test
    void readThatFailsHasNoObject() {
        var ahead =
                new ReadAhead<Long>(
                        number -> {
                            throw new IllegalStateException("ordered");
                        },
                        Thread.ofVirtual().factory());
        ahead.begin(1, 100);
        assertThat(ahead.take(1)).isEmpty();
    }

    @Test
    void numberAndBytesUnderWayAreBounded() {
        ReadAhead<Long> ahead = echo();
        for (long number = 0; number < 100; number++) {
            ahead.begin(number, 100);
        }
        assertThat(takeAll(ahead)).isEqualTo(ReadAhead.OBJECTS_MAX);
        ahead.begin(0, 100 << 20);
        ahead.begin(1, 100);
        assertThat(takeAll(ahead)).isOne();
        ahead.begin(0, 100);
        ahead.begin(1, 100);
        assertThat(takeAll(ahead)).isEqualTo(2);
    }

    private static int takeAll(ReadAhead<Long> ahead) {
        int taken = 0;
        while (!ahead.isEmpty()) {
            assertThat(ahead.take(taken)).contains((long) taken);
            taken++;
        }
        return taken;
    }

    private static ReadAhead<Long> echo() {
        return new ReadAhead<>(Optional::of, Thread.ofVirtual().factory());
    }
}
