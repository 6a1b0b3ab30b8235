package io.oxbow.s3stream.store;

import io.oxbow.s3stream.S3StreamException.Retry;
import io.oxbow.s3stream.env.Environment;
import java.time.Duration;
import java.util.Set;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.exception.SdkServiceException;

/**
 * Makes calls that may be repeated, again after a while when the store was busy or gave no answer,
 * a bounded number of times. Thread-safe; blocks the caller.
 */
final class S3Calls {

    private static final Duration BACKOFF_MIN = Duration.ofMillis(50);
    private static final Duration BACKOFF_MAX = Duration.ofSeconds(2);

    /** Statuses that say: not now. 409 is a conflict between requests under way, not an answer. */
    private static final Set<Integer> PASSING = Set.of(408, 409, 425, 429, 500, 502, 503, 504);

    private final Environment environment;
    private final int attemptsMax;

    S3Calls(Environment environment, int attemptsMax) {
        this.environment = environment;
        this.attemptsMax = attemptsMax;
    }

    sealed interface Outcome<T> {
        record Answered<T>(T value) implements Outcome<T> {}

        /**
         * @param mayHaveApplied some attempt ended without an answer that rules it out
         */
        record Failed<T>(SdkException cause, boolean mayHaveApplied) implements Outcome<T> {
            <U> Failed<U> as() {
                return new Failed<>(cause, mayHaveApplied);
            }
        }
    }

    <T> Outcome<T> repeat(Supplier<T> call) {
        boolean mayHaveApplied = false;
        for (int attempt = 1; ; attempt++) {
            try {
                return new Outcome.Answered<>(call.get());
            } catch (SdkException e) {
                boolean passing = isPassing(e);
                mayHaveApplied |= passing;
                if (!passing || attempt == attemptsMax || !pause(attempt)) {
                    return new Outcome.Failed<>(e, mayHaveApplied);
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

    /** Whether the same call may succeed later; for a write it also means: it may have applied. */
    static boolean isPassing(SdkException failure) {
        if (failure instanceof SdkServiceException answer) {
            // 400 RequestTimeout is about the connection, not about the request.
            return PASSING.contains(answer.statusCode()) || "RequestTimeout".equals(code(answer));
        }
        return true;
    }

    static int status(SdkException failure) {
        return failure instanceof SdkServiceException answer ? answer.statusCode() : 0;
    }

    static String code(SdkException failure) {
        return failure instanceof AwsServiceException answer && answer.awsErrorDetails() != null
                ? String.valueOf(answer.awsErrorDetails().errorCode())
                : "";
    }

    static StoreException explain(String what, Retry retry, SdkException failure) {
        String why =
                failure instanceof SdkServiceException
                        ? "the store answered %d %s".formatted(status(failure), code(failure))
                        : String.valueOf(failure.getMessage());
        return new StoreException(what + " failed: " + why, retry, failure);
    }
}
