package io.oxbow.broker.validation;

import io.oxbow.s3stream.env.Clock;
import java.time.Duration;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.Time;

/**
 * Adapts this process's clock to Kafka's interface: readings and sleep; nothing of Kafka's waits
 * through it here.
 */
public record ClockTime(Clock clock) implements Time {

    @Override
    public long milliseconds() {
        return clock.wallMillis();
    }

    @Override
    public long nanoseconds() {
        return clock.nanoTime();
    }

    @Override
    public void sleep(long millis) {
        try {
            clock.sleep(Duration.ofMillis(millis));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void waitObject(Object monitor, Supplier<Boolean> condition, long deadlineMillis) {
        throw new UnsupportedOperationException("timed waits go through the clock");
    }
}
