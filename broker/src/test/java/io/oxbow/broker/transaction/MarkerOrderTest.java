package io.oxbow.broker.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests which of a coordinator's attempts still write their markers. */
@Timeout(60)
class MarkerOrderTest {

    private static final Uuid ONE = new Uuid(0, 1);
    private static final Uuid OTHER = new Uuid(0, 2);

    private final List<String> appended = new ArrayList<>();

    private boolean run(MarkerOrder order, Uuid origin, long number, long producerId) {
        return order.run(
                new Marker.Attempt(origin, number),
                producerId,
                () -> appended.add(producerId + ":" + number));
    }

    @Test
    void attemptThatWasOvertakenDoesNothing() {
        var order = new MarkerOrder();

        assertThat(run(order, ONE, 1, 7)).isTrue();
        assertThat(run(order, ONE, 3, 7)).isTrue();
        assertThat(run(order, ONE, 2, 7)).isFalse();
        assertThat(run(order, ONE, 3, 7)).as("the same once more").isFalse();
        assertThat(appended).containsExactly("7:1", "7:3");
    }

    @Test
    void producersAndProcessesAreKeptApart() {
        var order = new MarkerOrder();

        assertThat(run(order, ONE, 5, 7)).isTrue();
        assertThat(run(order, ONE, 4, 8)).isTrue();
        assertThat(run(order, OTHER, 3, 7)).isTrue();
    }

    @Test
    void markersOfAdministratorsAreWrittenAlways() {
        var order = new MarkerOrder();

        assertThat(order.run(null, 7, () -> appended.add("a"))).isTrue();
        assertThat(order.run(null, 7, () -> appended.add("b"))).isTrue();
        assertThat(appended).containsExactly("a", "b");
    }

    /**
     * A number that is forgotten might have been overtaken: the coordinator tries a greater one.
     */
    @Test
    void attemptsOfForgottenProducersHaveToBeLaterThanAllThatWereForgotten() {
        var order = new MarkerOrder(2);
        for (long producerId = 1; producerId <= 4; producerId++) {
            assertThat(run(order, ONE, producerId * 10, producerId)).isTrue();
        }

        assertThat(run(order, ONE, 9, 1)).isFalse();
        assertThat(run(order, ONE, 15, 5)).isFalse();
        assertThat(run(order, ONE, 41, 1)).isTrue();
    }

    @Test
    void laterAttemptWaitsForTheOneThatIsAppending() throws Exception {
        var order = new MarkerOrder();
        var appending = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        var first =
                Thread.ofVirtual()
                        .start(() ->
                                order.run(
                                        new Marker.Attempt(ONE, 1),
                                        7,
                                        () -> {
                                            appending.countDown();
                                            awaitQuietly(goOn);
                                            appended.add("7:1");
                                        }));
        appending.await();
        var second = Thread.ofVirtual().start(() -> run(order, ONE, 2, 7));
        while (second.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        goOn.countDown();
        first.join();
        second.join();

        assertThat(appended).containsExactly("7:1", "7:2");
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
