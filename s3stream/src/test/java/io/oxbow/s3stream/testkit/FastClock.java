package io.oxbow.s3stream.testkit;

import io.oxbow.s3stream.env.Clock;
import io.oxbow.s3stream.env.Environment;
import java.time.Duration;

/** Clock that runs a hundred times faster than the machine's. */
public final class FastClock implements Clock {

    static final int FASTER = 100;

    private final Clock machine = Environment.system().clock();

    @Override
    public long wallMillis() {
        return nanoTime() / 1_000_000;
    }

    @Override
    public long nanoTime() {
        return machine.nanoTime() * FASTER;
    }

    @Override
    public Cancellable after(Duration delay, Runnable task) {
        return machine.after(delay.dividedBy(FASTER), task);
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
        machine.sleep(duration.dividedBy(FASTER));
    }
}
