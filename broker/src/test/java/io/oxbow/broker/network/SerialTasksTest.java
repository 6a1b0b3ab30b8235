package io.oxbow.broker.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that a failed task is reported and holds up none behind it. */
class SerialTasksTest {

    static List<Throwable> unexpected() {
        return List.of(new OutOfMemoryError("no heap"), new IllegalStateException("broken"));
    }

    @ParameterizedTest
    @MethodSource("unexpected")
    void aFailedTaskIsReportedAndTheTasksBehindItRun(Throwable cause) throws Exception {
        List<Throwable> told = new CopyOnWriteArrayList<>();
        var tasks = new SerialTasks(Thread.ofVirtual().factory(), told::add);
        var ran = new CountDownLatch(2);

        tasks.execute(() -> sneak(cause));
        tasks.execute(ran::countDown);
        tasks.execute(ran::countDown);
        ran.await();

        assertThat(told).containsExactly(cause);
    }

    @Test
    void aFailureThatCannotBeToldHoldsUpNoTask() throws Exception {
        var tasks =
                new SerialTasks(
                        Thread.ofVirtual().factory(),
                        cause -> {
                            throw new OutOfMemoryError("no heap to tell of it");
                        });
        var ran = new CountDownLatch(2);

        tasks.execute(() -> sneak(new IllegalStateException("broken")));
        tasks.execute(ran::countDown);
        tasks.execute(ran::countDown);

        ran.await();
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable cause) throws T {
        throw (T) cause;
    }
}
