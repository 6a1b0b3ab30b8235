package io.oxbow.broker.control;

import io.oxbow.broker.network.ApiHandler;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.message.EnvelopeRequestData;
import org.apache.kafka.common.message.EnvelopeResponseData;
import org.apache.kafka.common.network.ClientInformation;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.RequestContext;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.common.security.authenticator.DefaultKafkaPrincipalBuilder;

/** Serves the requests that other brokers pass on to the controller of this process. */
public final class ControllerService {

    private final Map<ApiKeys, ApiHandler> handlers = new EnumMap<>(ApiKeys.class);
    private final ThreadFactory threads;
    private final Consumer<Throwable> unexpected;
    private final DefaultKafkaPrincipalBuilder principals =
            new DefaultKafkaPrincipalBuilder(null, null);

    /**
     * @param handlers of everything that the controller decides
     * @param unexpected told of exceptions that are no answer of Kafka's
     */
    public ControllerService(
            List<ApiHandler> handlers, ThreadFactory threads, Consumer<Throwable> unexpected) {
        for (ApiHandler handler : handlers) {
            handler.apis().keySet().forEach(api -> this.handlers.put(api, handler));
        }
        this.threads = threads;
        this.unexpected = unexpected;
    }

    /** Serves a request of this process or, opened, of another. */
    CompletableFuture<AbstractResponse> serve(RequestContext context, AbstractRequest request) {
        var call = new ForwardedCall(context, request, threads, unexpected);
        ApiHandler handler = handlers.get(request.apiKey());
        if (handler == null) {
            call.fail(new InvalidRequestException(request.apiKey() + " is not the controller's"));
            return call.answer();
        }
        call.run(() -> handler.handle(call));
        return call.answer();
    }

    /** Opens an envelope, and serves what is in it. */
    public CompletableFuture<EnvelopeResponseData> serve(EnvelopeRequestData envelope) {
        ByteBuffer bytes = envelope.requestData().duplicate();
        RequestHeader header = RequestHeader.parse(bytes);
        KafkaPrincipal principal = principals.deserialize(envelope.requestPrincipal());
        RequestContext context = context(header, principal, address(envelope));
        AbstractRequest request =
                AbstractRequest.parseRequest(
                                header.apiKey(), header.apiVersion(), new ByteBufferAccessor(bytes))
                        .request;
        return serve(context, request)
                .thenApply(response ->
                        new EnvelopeResponseData()
                                .setResponseData(
                                        MessageUtil.toByteBufferAccessor(
                                                        response.data(), header.apiVersion())
                                                .buffer()));
    }

    private static InetAddress address(EnvelopeRequestData envelope) {
        try {
            return InetAddress.getByAddress(envelope.clientHostAddress());
        } catch (UnknownHostException e) {
            throw new InvalidRequestException("no client address", e);
        }
    }

    static RequestContext context(
            RequestHeader header, KafkaPrincipal principal, InetAddress address) {
        return new RequestContext(
                header,
                "forwarded",
                address,
                principal,
                new ListenerName("FORWARDED"),
                SecurityProtocol.PLAINTEXT,
                ClientInformation.EMPTY,
                true);
    }
}
