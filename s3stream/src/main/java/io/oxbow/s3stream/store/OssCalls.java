package io.oxbow.s3stream.store;

import io.oxbow.s3stream.env.Environment;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Makes calls that may be repeated, again after a while when the store was busy or gave no answer,
 * a bounded number of times. Thread-safe; blocks the caller.
 */
final class OssCalls {

    private static final Duration BACKOFF_MIN = Duration.ofMillis(50);
    private static final Duration BACKOFF_MAX = Duration.ofSeconds(2);

    private final Environment environment;
    private final int attemptsMax;

    OssCalls(Environment environment, int attemptsMax) {
        this.environment = environment;
        this.attemptsMax = attemptsMax;
    }

    sealed interface Outcome<T> {
        record Answered<T>(T value) implements Outcome<T> {}

        /**
         * @param mayHaveApplied some attempt ended without an answer that rules it out
         */
        record Failed<T>(OssFailure failure, boolean mayHaveApplied) implements Outcome<T> {}
    }

    <T> Outcome<T> repeat(Supplier<T> call) {
        boolean mayHaveApplied = false;
        for (int attempt = 1; ; attempt++) {
            try {
                return new Outcome.Answered<>(call.get());
            } catch (RuntimeException e) {
                OssFailure failure = OssFailure.of(e);
                mayHaveApplied |= failure.isPassing();
                if (!failure.isPassing() || attempt == attemptsMax || !pause(attempt)) {
                    return new Outcome.Failed<>(failure, mayHaveApplied);
                }
            }
        }
    }

    /** False if the thread was interrupted, which ends the repeating. */
    private boolean pause(int attempt) {
        long ceiling =
                Math.min(BACKOFF_MAX.toMillis(), BACKOFF_MIN.toMillis() << Math.min(attempt, 10));
        long millis = BACKOFF_MIN.toMillis() + environment.random().nextLong(ceiling);
        if (Thread.currentThread().isInterrupted()) {
            return false;
        }
        try {
            environment.clock().sleep(Duration.ofMillis(millis));
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
