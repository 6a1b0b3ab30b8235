package io.oxbow.simulation.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

/** Tests that runs are deterministic, and that endless, deadlocked and escaping ones are found. */
class SimulatedSchedulerTest {

    private static Simulation.Outcome run(long seed, Simulation.Body body) {
        return Simulation.run(seed, 100_000, body);
    }

    /** The JDK's inner constructor that all of this hangs on is still there. */
    @Test
    void canary() {
        List<Runnable> queued = new ArrayList<>();
        Thread thread = VirtualThreads.on(queued::add).start(() -> {});
        assertThat(queued).hasSize(1);
        assertThat(thread.getState()).isEqualTo(Thread.State.RUNNABLE);
        queued.getFirst().run();
        assertThat(thread.getState()).isEqualTo(Thread.State.TERMINATED);
    }

    /** Runs ordinary blocking code, and notes each thread's turns. */
    private static String dance(Simulation simulation) throws InterruptedException {
        var said = new StringBuilder();
        var lock = new ReentrantLock();
        var queue = new LinkedBlockingQueue<Integer>();
        var done = new CountDownLatch(6);
        var permits = new Semaphore(2);
        var clock = simulation.clock();
        for (int t = 0; t < 6; t++) {
            int id = t;
            var process = simulation.process("p" + id % 2);
            process.spawn(() -> {
                try {
                    for (int i = 0; i < 5; i++) {
                        lock.lock();
                        try {
                            said.append(id);
                            Thread.yield();
                        } finally {
                            lock.unlock();
                        }
                        queue.add(id);
                        permits.acquire();
                        clock.sleep(Duration.ofMillis(id + 1L));
                        permits.release();
                        said.append((char) ('a' + queue.take()));
                    }
                    done.countDown();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
        }
        done.await();
        var later = new CompletableFuture<Long>();
        clock.after(Duration.ofHours(5), () -> later.complete(clock.nanoTime()));
        return said.append(later.join()).toString();
    }

    @Test
    void theSameSeedRunsTheSameWayAndAnotherSeedAnother() {
        Set<String> stories = new HashSet<>();
        Set<Long> hashes = new HashSet<>();
        for (long seed = 0; seed < 20; seed++) {
            Set<String> ofSeed = new HashSet<>();
            for (int again = 0; again < 20; again++) {
                String[] story = new String[1];
                var outcome = run(seed, simulation -> story[0] = dance(simulation));
                assertThat(outcome.failure()).isNull();
                ofSeed.add(story[0] + outcome.steps() + " " + outcome.traceHash());
                hashes.add(outcome.traceHash());
            }
            assertThat(ofSeed).hasSize(1);
            stories.addAll(ofSeed);
        }
        assertThat(stories).hasSize(20);
        assertThat(hashes).hasSize(20);
    }

    @Test
    void timePassesWithoutWaiting() {
        long[] elapsed = new long[1];
        var outcome =
                run(
                        1,
                        simulation -> {
                            long start = simulation.clock().nanoTime();
                            simulation.sleep(Duration.ofDays(365));
                            elapsed[0] = simulation.clock().nanoTime() - start;
                        });
        assertThat(outcome.failure()).isNull();
        assertThat(elapsed[0]).isEqualTo(Duration.ofDays(365).toNanos());
    }

    @Test
    void aTimerThatIsCalledOffDoesNotRun() {
        List<String> ran = new ArrayList<>();
        run(
                1,
                simulation -> {
                    var clock = simulation.clock();
                    clock.after(Duration.ofMillis(2), () -> ran.add("second")).cancel();
                    clock.after(Duration.ofMillis(1), () -> ran.add("first"));
                    simulation.sleep(Duration.ofMinutes(1));
                });
        assertThat(ran).containsExactly("first");
    }

    @Test
    void aDeadlockIsFoundAndSaysWhoWaitsWhere() {
        var outcome = run(3, simulation -> new CountDownLatch(1).await());
        assertThat(outcome.failure()).hasMessageContaining("deadlock");
        assertThat(outcome.whereThreadsStood()).contains("world-0 WAITING");
    }

    @Test
    void aRunThatNeverEndsIsFound() {
        var outcome =
                run(
                        3,
                        simulation -> {
                            while (true) {
                                simulation.sleep(Duration.ofMillis(1));
                            }
                        });
        assertThat(outcome.failure()).hasMessageContaining("no end after 100000 steps");
    }

    @Test
    void aTimedWaitOfTheJdkIsFoundOut() {
        var outcome =
                run(
                        3,
                        simulation -> {
                            // Long, or a slow machine is past its end before the thread parks.
                            new CountDownLatch(1).await(1, java.util.concurrent.TimeUnit.HOURS);
                            simulation.sleep(Duration.ofMillis(1));
                        });
        assertThat(outcome.failure()).isNotNull();
    }

    @Test
    void anExceptionOfAThreadFailsTheRun() {
        var outcome =
                run(
                        5,
                        simulation -> {
                            simulation
                                    .process("p")
                                    .spawn(() -> {
                                        throw new IllegalStateException("broken");
                                    });
                            simulation.sleep(Duration.ofSeconds(1));
                        });
        assertThat(outcome.failure()).hasMessageContaining("broken").hasMessageContaining("p-0");
    }

    @Test
    void aCrashedProcessNeverRunsAgainAndAPausedOneGoesOn() {
        List<String> said = new ArrayList<>();
        var outcome =
                run(
                        7,
                        simulation -> {
                            var dying = simulation.process("dying");
                            var pausing = simulation.process("pausing");
                            for (var process : List.of(dying, pausing)) {
                                process.spawn(() -> {
                                    try {
                                        var clock = process.environment().clock();
                                        for (int i = 0; i < 3; i++) {
                                            said.add(process.name() + i);
                                            clock.sleep(Duration.ofMinutes(10));
                                        }
                                    } catch (InterruptedException e) {
                                        throw new AssertionError(e);
                                    }
                                });
                            }
                            simulation.sleep(Duration.ofMinutes(15));
                            dying.crash();
                            pausing.pause();
                            simulation.sleep(Duration.ofHours(2));
                            said.add("resume");
                            pausing.resume();
                            simulation.sleep(Duration.ofHours(2));
                        });
        assertThat(outcome.failure()).isNull();
        assertThat(said.subList(0, 4))
                .containsExactlyInAnyOrder("dying0", "pausing0", "dying1", "pausing1");
        assertThat(said.subList(4, said.size())).containsExactly("resume", "pausing2");
    }
}
