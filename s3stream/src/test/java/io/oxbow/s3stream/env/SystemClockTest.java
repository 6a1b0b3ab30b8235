package io.oxbow.s3stream.env;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Tests the timer of the system's clock. */
class SystemClockTest {

    private final Clock clock = Environment.system().clock();

    @Test
    void timeBeyondTheClocksRangeIsForEver() throws Exception {
        var ran = new CountDownLatch(1);
        for (long millis :
                new long[] {Long.MAX_VALUE, Long.MAX_VALUE / 3, Long.MAX_VALUE / 1_000}) {
            Clock.Cancellable never = clock.after(Duration.ofMillis(millis), ran::countDown);
            awaitATask();
            never.cancel();
        }
        assertThat(ran.getCount()).isOne();
    }

    private void awaitATask() throws InterruptedException {
        var done = new CountDownLatch(1);
        clock.after(Duration.ofMillis(1), done::countDown);
        done.await();
    }
}
