package io.oxbow.simulation.broker;

import io.oxbow.broker.control.ActiveController;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.simulation.kafka.ModelController;
import io.oxbow.simulation.world.Reply;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.errors.NotControllerException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;

/** Way of a process to the active controller: in the process, or over the simulated network. */
final class ControllerCalls implements ActiveController {

    private static final Duration PATIENCE = Duration.ofSeconds(25);
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final HostProcess life;
    private final MetadataLog log;
    private final ModelController local;
    private final Environment environment;

    ControllerCalls(HostProcess life, MetadataLog log, ModelController local) {
        this.life = life;
        this.log = log;
        this.local = local;
        this.environment = life.process().environment();
    }

    @Override
    public boolean isHere() {
        return local.isActive();
    }

    @Override
    public CompletableFuture<AbstractResponse> send(AbstractRequest request) {
        var answer = new CompletableFuture<AbstractResponse>();
        life.process()
                .spawn(() -> {
                    try {
                        answer.complete(serve(request));
                    } catch (RuntimeException e) {
                        answer.completeExceptionally(e);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                });
        return answer;
    }

    /** Waits until some controller has served the request, as forwarded requests do. */
    private AbstractResponse serve(AbstractRequest request) throws InterruptedException {
        long deadline = environment.clock().nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                return isHere() ? local.serve(request) : sendOn(request);
            } catch (NotControllerException e) {
                if (environment.clock().nanoTime() >= deadline) {
                    throw e;
                }
            }
            environment.clock().sleep(PAUSE);
        }
    }

    private AbstractResponse sendOn(AbstractRequest request) {
        Reply<Optional<AbstractResponse>> reply =
                life.call(
                        log.leadership().incarnation(),
                        peer -> peer.control(request),
                        Optional.empty());
        return switch (reply) {
            case Reply.Answer<Optional<AbstractResponse>>(var response) ->
                    response.orElseThrow(() -> new NotControllerException("leads no more"));
            case Reply.Refused<Optional<AbstractResponse>> refused ->
                    throw new NotControllerException("refused");
            case Reply.Silence<Optional<AbstractResponse>> silence ->
                    throw new TimeoutException("no answer of the controller");
        };
    }
}
