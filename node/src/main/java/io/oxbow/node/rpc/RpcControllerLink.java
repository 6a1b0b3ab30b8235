package io.oxbow.node.rpc;

import io.oxbow.broker.control.ControllerLink;
import io.oxbow.broker.control.ControllerService;
import io.oxbow.s3stream.binary.BinaryReader;
import io.oxbow.s3stream.binary.BinaryWriter;
import io.oxbow.s3stream.log.FollowedLog;
import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.s3stream.peer.LeaderCalls;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import org.apache.kafka.common.errors.NotControllerException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.message.EnvelopeRequestData;
import org.apache.kafka.common.message.EnvelopeResponseData;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.protocol.MessageUtil;

/**
 * Carries Kafka's envelopes to the leader and its answers back. An answer comes with the slot up to
 * which the leader had applied the log by then; the caller follows to there first.
 *
 * <pre>
 * request = callee:uuid envelope (version 0)
 * answer  = slot:varint envelope's answer (version 0)
 * </pre>
 *
 * The callee is the incarnation that is meant: its address may be another cluster's by now.
 */
public final class RpcControllerLink implements ControllerLink {

    private static final short VERSION = 0;
    private static final Duration CATCH_UP = Duration.ofSeconds(10);

    private final RpcPeers peers;
    private final RpcLeader leader;
    private final FollowedLog log;
    private final LeaderCalls calls;

    public RpcControllerLink(RpcPeers peers, RpcLeader leader, FollowedLog log) {
        this.peers = peers;
        this.leader = leader;
        this.log = log;
        this.calls = new LeaderCalls(log);
    }

    @Override
    public EnvelopeResponseData send(EnvelopeRequestData request) {
        MetadataLog.Leadership now = log.leadership();
        String endpoint =
                leader.endpoint(now)
                        .orElseThrow(() ->
                                new NotControllerException("nobody leads the metadata log now"));
        byte[] answer;
        try {
            answer =
                    calls.await(
                                    now.leaderEpoch(),
                                    peers.send(
                                            endpoint,
                                            RpcMethod.CONTROLLER,
                                            bytes(now.incarnation(), request)))
                            .orElseThrow(() ->
                                    new TimeoutException(
                                            "the controller did not answer, and leads no more"));
        } catch (CompletionException e) {
            String why = "the controller did not answer: " + e.getMessage();
            throw e.getCause() instanceof RpcException failure && failure.isNotServed()
                    ? new NotControllerException(why)
                    : new TimeoutException(why, e);
        }
        var in = new BinaryReader("controller's answer", answer);
        long slot = in.natural();
        byte[] body = in.raw(in.remaining());
        try {
            if (!log.awaitApplied(slot, CATCH_UP)) {
                throw new TimeoutException("slot %d is not applied here".formatted(slot));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TimeoutException("interrupted", e);
        }
        return new EnvelopeResponseData(new ByteBufferAccessor(ByteBuffer.wrap(body)), VERSION);
    }

    static byte[] bytes(UUID callee, EnvelopeRequestData request) {
        var out = new BinaryWriter(256);
        out.uuid(callee);
        out.raw(
                MessageUtil.byteBufferToArray(
                        MessageUtil.toByteBufferAccessor(request, VERSION).buffer()));
        return out.toByteArray();
    }

    /**
     * Serves envelopes of other nodes by the controller of this process.
     *
     * @param incarnation of this process
     */
    public static byte[] serve(
            byte[] request, UUID incarnation, ControllerService service, MetadataLog log) {
        var in = new BinaryReader("request to the controller", request);
        UUID callee = in.uuid();
        var envelope =
                new EnvelopeRequestData(
                        new ByteBufferAccessor(ByteBuffer.wrap(in.raw(in.remaining()))), VERSION);
        EnvelopeResponseData answer;
        if (callee.equals(incarnation) && log.leadership().here()) {
            answer = answer(envelope, service);
        } else {
            answer = new EnvelopeResponseData().setErrorCode(Errors.NOT_CONTROLLER.code());
        }
        var out = new BinaryWriter(256);
        out.varint(log.leadership().slot());
        out.raw(
                MessageUtil.byteBufferToArray(
                        MessageUtil.toByteBufferAccessor(answer, VERSION).buffer()));
        return out.toByteArray();
    }

    private static EnvelopeResponseData answer(
            EnvelopeRequestData envelope, ControllerService service) {
        try {
            return service.serve(envelope).join();
        } catch (CompletionException e) {
            return new EnvelopeResponseData()
                    .setErrorCode(Errors.forException(e.getCause()).code());
        }
    }
}
