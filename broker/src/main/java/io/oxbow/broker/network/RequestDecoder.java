package io.oxbow.broker.network;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.network.ClientInformation;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.ApiVersionsRequest;
import org.apache.kafka.common.requests.RequestContext;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.security.auth.KafkaPrincipal;

/** Decodes one connection's requests by Kafka's codec, each within a limit; thread-safe. */
final class RequestDecoder {

    /**
     * Part of the budget for requests that one decoded request may take, so that a few find room
     * together.
     */
    private static final int SHARE = 8;

    /**
     * @param decodedBytes of heap that the request takes beside its frame
     */
    record Decoded(RequestContext context, AbstractRequest request, long decodedBytes) {}

    private final Listener listener;
    private final String connectionId;
    private final InetSocketAddress peer;
    private final long decodedBytesMax;
    private volatile ClientInformation client = ClientInformation.EMPTY;

    RequestDecoder(
            Listener listener, String connectionId, InetSocketAddress peer, ClientMemory memory) {
        this.listener = listener;
        this.connectionId = connectionId;
        this.peer = peer;
        this.decodedBytesMax = memory.requests().bytesMax() / SHARE;
    }

    /**
     * @param body behind the header
     * @throws InvalidRequestException when it is malformed or too much
     */
    Decoded decode(RequestHeader header, ByteBuffer body) {
        var context =
                new RequestContext(
                        header,
                        connectionId,
                        peer.getAddress(),
                        Optional.of(peer.getPort()),
                        KafkaPrincipal.ANONYMOUS,
                        ListenerName.normalised(listener.name()),
                        listener.protocol(),
                        client,
                        false);
        if (isUnknownHello(header)) {
            return new Decoded(context, unknownHello(header), 0);
        }
        var limit = new DecodingLimit(body, decodedBytesMax);
        AbstractRequest request = parse(header, limit);
        if (request instanceof ApiVersionsRequest hello && hello.isValid()) {
            client =
                    new ClientInformation(
                            hello.data().clientSoftwareName(),
                            hello.data().clientSoftwareVersion());
        }
        return new Decoded(context, request, limit.decodedBytes());
    }

    private static AbstractRequest parse(RequestHeader header, DecodingLimit limit) {
        try {
            return AbstractRequest.parseRequest(header.apiKey(), header.apiVersion(), limit)
                    .request;
        } catch (InvalidRequestException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new InvalidRequestException(
                    "%s version %d cannot be decoded"
                            .formatted(header.apiKey(), header.apiVersion()),
                    e);
        }
    }

    /**
     * Returns true for an ApiVersions request of an unknown version: the client can't know better
     * yet.
     */
    private static boolean isUnknownHello(RequestHeader header) {
        return header.apiKey() == ApiKeys.API_VERSIONS
                && !ApiKeys.API_VERSIONS.isVersionSupported(header.apiVersion());
    }

    private static AbstractRequest unknownHello(RequestHeader header) {
        return new ApiVersionsRequest(new ApiVersionsRequestData(), (short) 0, header.apiVersion());
    }
}
