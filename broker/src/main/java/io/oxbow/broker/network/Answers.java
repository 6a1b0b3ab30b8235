package io.oxbow.broker.network;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.apache.kafka.common.requests.AbstractResponse;
import org.jspecify.annotations.Nullable;

/** Answers calls whose outcome comes as a future, as Kafka's own components give it. */
public final class Answers {

    private Answers() {}

    /** Responds when {@code outcome} is there; its failure becomes the request's error response. */
    public static <T> void whenDone(
            Call call, CompletableFuture<T> outcome, Function<T, AbstractResponse> response) {
        // The future would keep to itself what this throws.
        outcome.whenComplete(
                (value, failure) -> call.run(() -> answer(call, value, failure, response)));
    }

    private static <T> void answer(
            Call call,
            T value,
            @Nullable Throwable failure,
            Function<T, AbstractResponse> response) {
        if (failure == null) {
            call.respond(response.apply(value));
        } else {
            call.fail(cause(failure));
        }
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
