package io.oxbow.s3stream.store.oss;

import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.store.Retries;
import io.oxbow.s3stream.store.RetryPolicy;
import io.oxbow.s3stream.store.StoreMetrics;
import io.oxbow.s3stream.store.StoreMetrics.Operation;
import java.util.function.Supplier;

/**
 * Sends requests to OSS and counts them. Requests that may be repeated are, after a pause, when the
 * store was busy or gave no answer. Thread-safe; blocks the caller.
 */
final class OssCalls {

    private final Environment environment;
    private final StoreMetrics metrics;
    private final Retries retries;

    OssCalls(RetryPolicy policy, Environment environment, StoreMetrics metrics) {
        this.environment = environment;
        this.metrics = metrics;
        this.retries = new Retries(policy, environment, metrics);
    }

    sealed interface Outcome<T> {
        record Answered<T>(T value) implements Outcome<T> {}

        /**
         * @param mayHaveApplied some attempt ended without an answer that rules it out
         */
        record Failed<T>(OssFailure failure, boolean mayHaveApplied) implements Outcome<T> {}
    }

    /** Sends a request until it is answered, or must not be repeated any more. */
    <T> Outcome<T> repeat(Operation operation, Supplier<T> request) {
        Retries.Call call = retries.begin(operation);
        boolean mayHaveApplied = false;
        while (true) {
            switch (once(operation, request)) {
                case Outcome.Answered<T> answered -> {
                    call.answered();
                    return answered;
                }
                case Outcome.Failed<T>(OssFailure failure, boolean passing) -> {
                    mayHaveApplied |= passing;
                    if (!passing) {
                        call.answered();
                    }
                    if (!passing || !call.again(failure.isUnanswered())) {
                        return new Outcome.Failed<>(failure, mayHaveApplied);
                    }
                }
            }
        }
    }

    /** Sends a request once. */
    <T> Outcome<T> once(Operation operation, Supplier<T> request) {
        long begun = environment.clock().nanoTime();
        StoreMetrics.Outcome end = StoreMetrics.Outcome.NO_ANSWER;
        try {
            T answer = request.get();
            end = StoreMetrics.Outcome.OK;
            return new Outcome.Answered<>(answer);
        } catch (RuntimeException e) {
            OssFailure failure = OssFailure.of(e);
            end = failure.outcome();
            return new Outcome.Failed<>(failure, failure.isPassing());
        } finally {
            metrics.request(operation, end, environment.clock().nanoTime() - begun);
        }
    }

    StoreMetrics metrics() {
        return metrics;
    }
}
