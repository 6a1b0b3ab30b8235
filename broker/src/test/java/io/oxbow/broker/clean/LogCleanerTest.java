package io.oxbow.broker.clean;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.env.Clock;
import io.oxbow.s3stream.env.Environment;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Tests when the cleaner works and when it rests. */
class LogCleanerTest {

    private static final CleanerSettings SETTINGS =
            new CleanerSettings(1 << 20, 0.9, Duration.ofSeconds(15));

    /** Clock whose sleepers say so, and sleep on until they are interrupted. */
    private static final class RestingClock implements Clock {

        private final Clock machine = Environment.system().clock();
        private final CountDownLatch rests = new CountDownLatch(1);

        @Override
        public long wallMillis() {
            return machine.wallMillis();
        }

        @Override
        public long nanoTime() {
            return machine.nanoTime();
        }

        @Override
        public Cancellable after(Duration delay, Runnable task) {
            return machine.after(delay, task);
        }

        @Override
        public void sleep(Duration duration) throws InterruptedException {
            rests.countDown();
            machine.sleep(Duration.ofHours(1));
        }
    }

    private static void assertRests(GeneratedLog log, long floor) throws Exception {
        var clock = new RestingClock();
        Environment machine = Environment.system();
        var environment =
                new Environment(clock, machine.threads(), machine.diskThreads(), new Random(1));
        try (var cleaner = new LogCleaner(() -> List.of(log), id -> floor, SETTINGS, environment)) {
            cleaner.start();
            assertThat(clock.rests.await(30, TimeUnit.SECONDS)).as("the cleaner rests").isTrue();
        }
    }

    private static GeneratedLog log() {
        var log = new GeneratedLog(new Random(4));
        while (log.appends.size() < 20) {
            log.step();
        }
        log.endAll();
        return log;
    }

    @Test
    void restsOnceAllIsClean() throws Exception {
        GeneratedLog log = log();
        assertRests(log, Long.MAX_VALUE);
        assertThat(log.cleanedTo()).isEqualTo(log.stableEndOffset());
    }

    /** A table may have translated half of a batch. */
    @Test
    void restsWhereAllThatIsDirtyIsAPartOfABatch() throws Exception {
        GeneratedLog log = log();
        long end =
                log.appends.values().stream()
                        .filter(append -> append.count() > 1)
                        .findFirst()
                        .orElseThrow()
                        .nextOffset();
        assertRests(log, end - 1);
        assertThat(log.cleanedTo()).isLessThan(end);
    }
}
