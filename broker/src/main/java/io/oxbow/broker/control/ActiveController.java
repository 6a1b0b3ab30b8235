package io.oxbow.broker.control;

import io.oxbow.s3stream.env.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;

/** Active controller, wherever it is, for requests of this broker's own. Thread-safe. */
public interface ActiveController {

    /** Returns true if this process leads the metadata log. */
    boolean isHere();

    /** Sends a request; the answer completes when the controller has served it. */
    CompletableFuture<AbstractResponse> send(AbstractRequest request);

    /**
     * Sends a request and blocks until the answer is here.
     *
     * @throws ExecutionException when it failed, or there was no answer within {@code limit}: the
     *     request may be served yet
     */
    default AbstractResponse ask(AbstractRequest request, Duration limit, Clock clock)
            throws InterruptedException, ExecutionException {
        CompletableFuture<AbstractResponse> answer = send(request).copy();
        Clock.Cancellable alarm =
                clock.after(
                        limit,
                        () ->
                                answer.completeExceptionally(
                                        new TimeoutException("no answer within " + limit)));
        try {
            return answer.get();
        } finally {
            alarm.cancel();
        }
    }
}
