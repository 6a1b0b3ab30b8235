package io.oxbow.s3stream.store.s3;

import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.store.Retries;
import io.oxbow.s3stream.store.RetryPolicy;
import io.oxbow.s3stream.store.StoreMetrics;
import io.oxbow.s3stream.store.StoreMetrics.Operation;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Sends requests to S3 and counts them. Requests that may be repeated are, after a pause, when the
 * store was busy or gave no answer. Thread-safe; blocks the caller.
 */
final class S3Calls {

    private final Environment environment;
    private final StoreMetrics metrics;
    private final Retries retries;

    S3Calls(RetryPolicy policy, Environment environment, StoreMetrics metrics) {
        this.environment = environment;
        this.metrics = metrics;
        this.retries = new Retries(policy, environment, metrics);
    }

    sealed interface Outcome<T> {
        record Answered<T>(T value) implements Outcome<T> {}

        /**
         * @param mayHaveApplied some attempt ended without an answer that rules it out
         */
        record Failed<T>(SdkException cause, boolean mayHaveApplied) implements Outcome<T> {}
    }

    /** Sends a request until it is answered, or must not be repeated any more. */
    <T> Outcome<T> repeat(Operation operation, Supplier<T> request) {
        Retries.Call call = retries.begin(operation);
        boolean mayHaveApplied = false;
        while (true) {
            try {
                T answer = once(operation, request);
                call.answered();
                return new Outcome.Answered<>(answer);
            } catch (SdkException e) {
                boolean passing = S3Failures.isPassing(e);
                mayHaveApplied |= passing;
                if (!passing) {
                    call.answered();
                }
                if (!passing || !call.again(S3Failures.isUnanswered(e))) {
                    return new Outcome.Failed<>(e, mayHaveApplied);
                }
            }
        }
    }

    /** Sends a request once. */
    <T> T once(Operation operation, Supplier<T> request) {
        long begun = environment.clock().nanoTime();
        StoreMetrics.Outcome outcome = StoreMetrics.Outcome.NO_ANSWER;
        try {
            T answer = request.get();
            outcome = StoreMetrics.Outcome.OK;
            return answer;
        } catch (SdkException e) {
            outcome = S3Failures.outcome(e);
            throw e;
        } finally {
            metrics.request(operation, outcome, environment.clock().nanoTime() - begun);
        }
    }

    StoreMetrics metrics() {
        return metrics;
    }
}
