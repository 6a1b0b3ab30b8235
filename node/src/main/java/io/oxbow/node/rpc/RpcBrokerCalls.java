package io.oxbow.node.rpc;

import io.oxbow.broker.transaction.BrokerCalls;
import io.oxbow.broker.transaction.BrokerRequests;
import io.oxbow.s3stream.binary.BinaryReader;
import io.oxbow.s3stream.binary.BinaryWriter;
import io.oxbow.s3stream.image.CoreImage;
import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.BrokerNotAvailableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;

/**
 * Carries Kafka's requests about transactions to other brokers, and their answers back.
 *
 * <pre>
 * request = callee:uuid api:varint version:varint message
 * answer  = message of that version; empty when this is not the callee
 * </pre>
 */
public final class RpcBrokerCalls implements BrokerCalls {

    /** Serves requests of other brokers; blocks. */
    @FunctionalInterface
    public interface Service {
        AbstractResponse serve(AbstractRequest request) throws InterruptedException;
    }

    private final RpcPeers peers;
    private final Supplier<CoreImage> image;

    public RpcBrokerCalls(RpcPeers peers, Supplier<CoreImage> image) {
        this.peers = peers;
        this.image = image;
    }

    @Override
    public AbstractResponse send(int broker, AbstractRequest request) {
        CoreImage.NodeState node =
                image.get()
                        .node(broker)
                        .filter(each -> !each.fenced())
                        .filter(each -> !each.membership().rpcEndpoint().isEmpty())
                        .orElseThrow(() ->
                                new BrokerNotAvailableException(
                                        "broker %d is not up".formatted(broker)));
        byte[] answer;
        try {
            answer =
                    peers.call(
                            node.membership().rpcEndpoint(),
                            method(request.apiKey()),
                            bytes(node.incarnation(), request));
        } catch (RpcException e) {
            String why = "broker %d: %s".formatted(broker, e.getMessage());
            throw e.isNotServed()
                    ? new BrokerNotAvailableException(why, e)
                    : new TimeoutException(why, e);
        }
        if (answer.length == 0) {
            throw new BrokerNotAvailableException(
                    "broker %d was started anew elsewhere".formatted(broker));
        }
        return AbstractResponse.parseResponse(
                request.apiKey(),
                new ByteBufferAccessor(ByteBuffer.wrap(answer)),
                request.version());
    }

    /** Markers and questions have a lane each: a question never waits behind markers. */
    private static RpcMethod method(ApiKeys api) {
        return api == ApiKeys.WRITE_TXN_MARKERS ? RpcMethod.MARKERS : RpcMethod.TRANSACTION;
    }

    static byte[] bytes(UUID callee, AbstractRequest request) {
        var out = new BinaryWriter(256);
        out.uuid(callee);
        out.varint(request.apiKey().id);
        out.varint(request.version());
        out.raw(MessageUtil.byteBufferToArray(request.serialize().buffer()));
        return out.toByteArray();
    }

    /** Serves a request of another broker, if this is the process that is meant. */
    public static byte[] serve(byte[] request, UUID incarnation, Service service) {
        var in = new BinaryReader("request of a broker", request);
        if (!in.uuid().equals(incarnation)) {
            return new byte[0];
        }
        ApiKeys api = ApiKeys.forId(Math.toIntExact(in.natural()));
        short version = (short) in.natural();
        if (!BrokerRequests.apis().contains(api)) {
            throw in.corrupt(api + " is nothing that a broker asks of another");
        }
        AbstractRequest asked =
                AbstractRequest.parseRequest(
                                api,
                                version,
                                new ByteBufferAccessor(ByteBuffer.wrap(in.raw(in.remaining()))))
                        .request;
        try {
            return MessageUtil.byteBufferToArray(
                    MessageUtil.toByteBufferAccessor(service.serve(asked).data(), version)
                            .buffer());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TimeoutException("interrupted", e);
        }
    }
}
