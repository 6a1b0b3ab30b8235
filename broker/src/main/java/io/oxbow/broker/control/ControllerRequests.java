package io.oxbow.broker.control;

import io.oxbow.s3stream.env.Environment;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.errors.NotControllerException;
import org.apache.kafka.common.message.EnvelopeRequestData;
import org.apache.kafka.common.message.EnvelopeResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.RequestContext;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.requests.RequestUtils;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.common.security.authenticator.DefaultKafkaPrincipalBuilder;

/**
 * Requests to the active controller, wherever that is: in this process while it leads the metadata
 * log, else in the one that does. Thread-safe.
 */
public final class ControllerRequests implements ActiveController {

    /** Longest wait for a controller: less than clients wait for an answer, 30 s by default. */
    private static final Duration PATIENCE = Duration.ofSeconds(25);

    private static final Duration PAUSE = Duration.ofMillis(50);

    private final ControlPlane controlPlane;
    private final ControllerService local;
    private final ControllerLink remote;
    private final Environment environment;
    private final DefaultKafkaPrincipalBuilder principals =
            new DefaultKafkaPrincipalBuilder(null, null);

    public ControllerRequests(
            ControlPlane controlPlane,
            ControllerService local,
            ControllerLink remote,
            Environment environment) {
        this.controlPlane = controlPlane;
        this.local = local;
        this.remote = remote;
        this.environment = environment;
    }

    @Override
    public boolean isHere() {
        return controlPlane.leadsHere();
    }

    @Override
    public CompletableFuture<AbstractResponse> send(AbstractRequest request) {
        return send(internal(request.apiKey()), request);
    }

    /** Returns the context of requests of the broker's own. */
    public static RequestContext internal(ApiKeys api) {
        return ControllerService.context(
                new RequestHeader(api, api.latestVersion(), "broker", 0),
                KafkaPrincipal.ANONYMOUS,
                InetAddress.getLoopbackAddress());
    }

    /** Sends a request, in the name of the client that it came from. */
    public CompletableFuture<AbstractResponse> send(
            RequestContext context, AbstractRequest request) {
        if (isHere()) {
            return local.serve(context, request);
        }
        var answer = new CompletableFuture<AbstractResponse>();
        environment
                .threads()
                .newThread(() -> {
                    try {
                        answer.complete(forward(context, request));
                    } catch (Throwable e) {
                        answer.completeExceptionally(e);
                    }
                })
                .start();
        return answer;
    }

    /**
     * Sends a request on until a controller has served it. While the leader changes there is none;
     * clients wait then, as they do with Kafka.
     */
    private AbstractResponse forward(RequestContext context, AbstractRequest request)
            throws InterruptedException {
        long deadline = environment.clock().nanoTime() + PATIENCE.toNanos();
        while (true) {
            boolean last = environment.clock().nanoTime() >= deadline;
            try {
                AbstractResponse response =
                        isHere() ? local.serve(context, request).join() : sendOn(context, request);
                if (last || !response.errorCounts().containsKey(Errors.NOT_CONTROLLER)) {
                    return response;
                }
            } catch (NotControllerException e) {
                if (last) {
                    throw e;
                }
            }
            environment.clock().sleep(PAUSE);
        }
    }

    private AbstractResponse sendOn(RequestContext context, AbstractRequest request) {
        var header =
                new RequestHeader(
                        request.apiKey(),
                        request.version(),
                        context.clientId(),
                        context.correlationId());
        ByteBuffer bytes =
                RequestUtils.serialize(
                        header.data(), header.headerVersion(), request.data(), request.version());
        EnvelopeResponseData reply =
                remote.send(
                        new EnvelopeRequestData()
                                .setRequestData(bytes)
                                .setRequestPrincipal(principals.serialize(context.principal()))
                                .setClientHostAddress(context.clientAddress().getAddress()));
        Errors.forCode(reply.errorCode()).maybeThrow();
        return AbstractResponse.parseResponse(
                request.apiKey(), new ByteBufferAccessor(reply.responseData()), request.version());
    }
}
