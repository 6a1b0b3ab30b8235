package io.oxbow.s3stream.env;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.env.ComponentState.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HealthRegistryTest {

    private final Environment environment = Environment.system();
    private final HealthRegistry registry = new HealthRegistry(environment.clock());

    static List<Throwable> unexpected() {
        return List.of(
                new OutOfMemoryError("no heap"),
                new StackOverflowError(),
                new LinkageError("no class"),
                new IllegalStateException("broken"),
                new NullPointerException());
    }

    @Test
    void anEssentialComponentImpairsUntilItRunsAndWhileItRetries() {
        Component log = registry.essential("log", Policy.END_PROCESS);
        registry.background("compactor", Policy.RESTART);

        assertThat(names(registry.report().impairments())).containsExactly("log");
        log.running();
        assertThat(registry.report().impairments()).isEmpty();
        log.retrying("the bucket is away");
        assertThat(registry.report().impairments().getFirst().reason())
                .isEqualTo("the bucket is away");
        log.running();
        assertThat(registry.report().impairments()).isEmpty();
        assertThat(log.state().reason()).isNull();
    }

    @ParameterizedTest
    @MethodSource("unexpected")
    void whatEndsARootEndsItsComponentAndIsCountedAndTold(Throwable cause) throws Exception {
        List<String> told = new ArrayList<>();
        registry.onFatal((state, why) -> told.add(state.name() + " " + why));
        Component part = registry.essential("part", Policy.END_PROCESS);

        part.start(environment.threads(), () -> sneak(cause)).join();

        assertThat(part.state().phase()).isEqualTo(Phase.FAILED);
        assertThat(part.state().reason()).startsWith(cause.getClass().getSimpleName());
        assertThat(registry.failures("part")).isEqualTo(1);
        assertThat(told).containsExactly("part " + cause);
    }

    @Test
    void failureThatEndsTheProcessIsNotTakenBack() {
        Component part = registry.essential("part", Policy.END_PROCESS);
        part.failed(new IllegalStateException("broken"));

        part.running();
        part.retrying("it goes on");
        part.stopped();

        assertThat(part.state().phase()).isEqualTo(Phase.FAILED);
        assertThat(part.state().reason()).isEqualTo("IllegalStateException: broken");
        assertThat(registry.report().live()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("unexpected")
    void watchThatThrowsHindersAndIsCountedOnce(Throwable cause) {
        Component part = registry.essential("part", Policy.RETRY);
        part.running();
        part.watch(() -> {
            sneak(cause);
            return null;
        });

        assertThat(part.state().phase()).isEqualTo(Phase.RETRYING);
        assertThat(part.state().reason()).contains(cause.getClass().getSimpleName());
        assertThat(registry.failures("part")).isEqualTo(1);
        part.watch(() -> null);
        assertThat(part.state().phase()).isEqualTo(Phase.RUNNING);
    }

    /** A component may fail while its watch is asked, which must not hide it. */
    @Test
    void watchDoesNotHideAFailure() {
        Component part = registry.essential("part", Policy.END_PROCESS);
        part.running();
        part.watch(() -> {
            part.failed(new IllegalStateException("broken"));
            return "slow";
        });

        assertThat(part.state().phase()).isEqualTo(Phase.FAILED);
    }

    @ParameterizedTest
    @MethodSource("unexpected")
    void whatEndsARestartingRootStartsItOver(Throwable cause) throws Exception {
        var runs = new AtomicInteger();
        var again = new CountDownLatch(1);
        Component part = registry.background("part", Policy.RESTART);
        Thread thread =
                environment
                        .threads()
                        .newThread(
                                part.restarting(() -> {
                                    if (runs.incrementAndGet() == 1) {
                                        sneak(cause);
                                    }
                                    again.await();
                                }));
        thread.start();
        while (part.state().restarts() < 1 || part.state().phase() != Phase.RUNNING) {
            Thread.sleep(1);
        }
        again.countDown();
        thread.join();

        assertThat(part.state().phase()).isEqualTo(Phase.STOPPED);
        assertThat(part.state().failures()).isEqualTo(1);
        assertThat(runs).hasValue(2);
    }

    @Test
    void aStoppedComponentDoesNotWaitOutThePauseBeforeARestart() throws Exception {
        Component part = registry.background("part", Policy.RESTART);
        var failing =
                part.restarting(() -> {
                    throw new IllegalStateException("always");
                });
        Thread thread = environment.threads().newThread(failing);
        thread.start();
        while (part.state().failures() < 3) {
            Thread.sleep(1);
        }

        part.stopped();
        thread.join();

        assertThat(part.state().phase()).isEqualTo(Phase.STOPPED);
    }

    @Test
    void aTaskThatFailsIsCountedAndTheComponentGoesOn() {
        Component part = registry.background("part", Policy.RETRY);
        part.running();

        part.task(() -> sneak(new OutOfMemoryError("no heap"))).run();

        assertThat(part.state().phase()).isEqualTo(Phase.RUNNING);
        assertThat(registry.failures("part")).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("unexpected")
    void timersTaskThatThrowsIsCountedAndRunsAgain(Throwable cause) throws Exception {
        var runs = new AtomicInteger();
        var done = new CountDownLatch(1);
        environment
                .clock()
                .after(
                        Duration.ofMillis(1),
                        () -> {
                            if (runs.incrementAndGet() == 1) {
                                sneak(cause);
                            }
                            done.countDown();
                        });

        done.await();

        assertThat(environment.health().failures("thread")).isEqualTo(1);
    }

    @Test
    void cancelledTimerDoesNotRunAgain() throws Exception {
        var failed = new CountDownLatch(1);
        var runs = new AtomicInteger();
        Clock.Cancellable alarm =
                environment
                        .clock()
                        .after(
                                Duration.ofMillis(1),
                                () -> {
                                    runs.incrementAndGet();
                                    failed.countDown();
                                    throw new IllegalStateException("always");
                                });
        failed.await();
        alarm.cancel();
        int then = runs.get();
        var later = new CountDownLatch(1);
        environment.clock().after(Duration.ofSeconds(1), later::countDown);

        later.await();

        assertThat(runs.get()).isLessThanOrEqualTo(then + 1);
    }

    @Test
    void threadThatBelongsToNoComponentIsCounted() throws Exception {
        Thread thread = environment.threads().newThread(() -> sneak(new Error("stray")));
        thread.start();
        thread.join();

        assertThat(environment.health().failures("thread")).isEqualTo(1);
    }

    @Test
    void aComponentThatIsOpenedAgainTakesThePlaceOfTheOneBefore() {
        registry.background("table", "orders", Policy.RESTART).failed(new Error("x"));
        Component again = registry.background("table", "orders", Policy.RESTART);
        registry.background("table", "events", Policy.RESTART);

        assertThat(names(registry.report().components()))
                .containsExactly("table events", "table orders");
        assertThat(registry.failures("table")).isEqualTo(1);
        again.close();
        assertThat(names(registry.report().components())).containsExactly("table events");
    }

    private static List<String> names(List<ComponentState> states) {
        return states.stream().map(ComponentState::name).toList();
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable cause) throws T {
        throw (T) cause;
    }
}
