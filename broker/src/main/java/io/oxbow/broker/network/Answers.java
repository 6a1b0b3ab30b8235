package io.oxbow.broker.network;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.apache.kafka.common.requests.AbstractResponse;

/** Answers calls whose outcome comes as a future, as Kafka's own components give it. */
public final class Answers {

    private Answers() {}

    /** Responds when {@code outcome} is there; its failure becomes the request's error response. */
    public static <T> void whenDone(
            Call call, CompletableFuture<T> outcome, Function<T, AbstractResponse> response) {
        outcome.whenComplete((value, failure) -> {
            if (failure != null) {
                call.fail(cause(failure));
                return;
            }
            AbstractResponse answer;
            try {
                answer = response.apply(value);
            } catch (Throwable e) {
                call.fail(e);
                return;
            }
            call.respond(answer);
        });
    }

    /** Returns the cause of a failure, without the exceptions that futures wrap around it. */
    public static Throwable cause(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }
}
