package io.oxbow.broker.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Tests the fair order of clients' work. */
class ProcessorThreadsTest {

    private final AtomicLong clock = new AtomicLong();
    private final AtomicReference<Error> broken = new AtomicReference<>();
    private final List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
    private final ProcessorThreads threads =
            new ProcessorThreads(1, Thread.ofVirtual().factory(), this::nanoTime, failures::add);
    private final List<String> order = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch free = new CountDownLatch(1);
    private final List<Thread> callers = new ArrayList<>();

    @AfterEach
    void close() {
        threads.close();
    }

    private long nanoTime() {
        Error error = broken.getAndSet(null);
        if (error != null) {
            throw error;
        }
        return clock.get();
    }

    @Test
    void errorBesideTheWorkIsToldAndTheThreadGoesOn() {
        assertThat(threads.run("a", () -> 1)).isEqualTo(1);
        var error = new OutOfMemoryError("no heap");
        broken.set(error);
        Thread waits = Thread.startVirtualThread(() -> threads.run("a", () -> 2));
        while (failures.isEmpty()) {
            Thread.onSpinWait();
        }

        assertThat(failures).containsExactly(error);
        assertThat(threads.run("b", () -> 3)).isEqualTo(3);
        waits.interrupt();
    }

    /** Keeps the one thread busy until {@link #free}. */
    private void occupy() throws InterruptedException {
        var busy = new CountDownLatch(1);
        callers.add(
                Thread.startVirtualThread(() ->
                        threads.run(
                                "first",
                                () -> {
                                    busy.countDown();
                                    try {
                                        return free.await(1, java.util.concurrent.TimeUnit.MINUTES);
                                    } catch (InterruptedException e) {
                                        throw new IllegalStateException(e);
                                    }
                                })));
        busy.await();
    }

    private void submit(String client, String name, long nanos) throws InterruptedException {
        int before = threads.waiting();
        callers.add(
                Thread.startVirtualThread(() ->
                        threads.run(
                                client,
                                () -> {
                                    order.add(name);
                                    return clock.addAndGet(nanos);
                                })));
        while (threads.waiting() == before) {
            Thread.sleep(1);
        }
    }

    private void finish() throws InterruptedException {
        free.countDown();
        for (Thread caller : callers) {
            caller.join();
        }
    }

    @Test
    void clientsThatUsedLittleGoBeforeClientsThatUsedMuch() throws Exception {
        threads.run("greedy", () -> clock.addAndGet(1_000));
        threads.run("modest", () -> clock.addAndGet(10));
        occupy();
        submit("greedy", "greedy", 1_000);
        submit("modest", "modest", 10);
        finish();
        assertThat(order).containsExactly("modest", "greedy");
    }

    @Test
    void equalsTakeTurnsByArrival() throws Exception {
        occupy();
        submit("a", "a1", 10);
        submit("b", "b1", 10);
        submit("c", "c1", 10);
        finish();
        assertThat(order).containsExactly("a1", "b1", "c1");
    }

    @Test
    void whatAGoneClientLeftBehindComesFirst() throws Exception {
        occupy();
        submit("a", "a", 10);
        submit("gone", "gone1", 1);
        submit("b", "b", 10);
        submit("gone", "gone2", 1);
        threads.left("gone");
        finish();
        assertThat(order).containsExactly("gone1", "gone2", "a", "b");
    }

    @Test
    void silenceSavesNothingUp() throws Exception {
        for (int i = 0; i < 10; i++) {
            threads.run("busy", () -> clock.addAndGet(100));
        }
        // The clock of work done has gone on: who comes now begins there, not at its beginning.
        threads.run("late", () -> clock.addAndGet(500));
        occupy();
        submit("late", "late", 1);
        submit("busy", "busy", 1);
        finish();
        assertThat(order).containsExactly("busy", "late");
    }

    @Test
    void anExceptionOfWorkIsThrownToItsClient() {
        assertThatThrownBy(() ->
                        threads.run(
                                "a",
                                () -> {
                                    throw new IllegalArgumentException("no");
                                }))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no");
        assertThat(threads.<String, RuntimeException>run("a", () -> "still works"))
                .isEqualTo("still works");
    }

    @Test
    void aTaskThatNobodyWaitsForTellsItsExceptionAndUsesItsTurn() throws Exception {
        var error = new IllegalStateException("broken");
        threads.execute(
                "a",
                () -> {
                    clock.addAndGet(1_000);
                    throw error;
                });
        threads.run("b", () -> 1);
        assertThat(failures).containsExactly(error);
        occupy();
        submit("a", "a", 1);
        submit("b", "b", 1);
        finish();
        assertThat(order).containsExactly("b", "a");
    }

    @Test
    void aCheckedExceptionOfWorkIsThrownAsItIs() {
        assertThatThrownBy(() ->
                        threads.run(
                                "a",
                                () -> {
                                    throw new IOException("gone");
                                }))
                .isInstanceOf(IOException.class)
                .hasMessage("gone");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void workHasALowerPriorityThanTheThreadsThatItsClientsWaitOn() throws Exception {
        try (var lowered = ProcessorThreads.of("lowered", 1, failures::add)) {
            int usual = niceness();
            assertThat(lowered.<Integer, IOException>run("a", ProcessorThreadsTest::niceness))
                    .isEqualTo(Math.min(19, usual + 5));
            assertThat(niceness()).isEqualTo(usual);
        }
    }

    /** Returns the 19th field of the kernel's line on the current thread; the second is a name. */
    private static int niceness() throws IOException {
        String line = Files.readString(Path.of("/proc/thread-self/stat"));
        return Integer.parseInt(line.substring(line.lastIndexOf(')') + 2).split(" ")[16]);
    }
}
