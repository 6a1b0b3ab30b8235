package io.oxbow.node.rpc;

import io.oxbow.node.member.NodeStatus;
import io.oxbow.node.member.NodeStatuses;
import io.oxbow.s3stream.binary.BinaryReader;
import io.oxbow.s3stream.binary.BinaryWriter;
import io.oxbow.s3stream.cluster.ContactService;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.s3stream.peer.AppendAnswer;
import io.oxbow.s3stream.peer.AppendCodec;
import io.oxbow.s3stream.peer.LeaderLink;
import io.oxbow.s3stream.peer.PeerLink;
import io.oxbow.s3stream.peer.PushCodec;
import io.oxbow.s3stream.peer.PushLink;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Calls other nodes at the endpoints that they have registered, the leader of the metadata log
 * above all.
 */
public final class RpcLeader implements LeaderLink, PeerLink, PushLink {

    private static final byte WELL = 1;

    private final RpcPeers peers;
    private final Supplier<CoreImage> image;
    private final Supplier<NodeStatus> status;

    /** Endpoint of the leader that was contacted last. */
    private volatile String contacted = "";

    /**
     * @param status of this node, told with each contact
     */
    public RpcLeader(RpcPeers peers, Supplier<CoreImage> image, Supplier<NodeStatus> status) {
        this.peers = peers;
        this.image = image;
        this.status = status;
    }

    @Override
    public CompletableFuture<AppendAnswer> append(
            MetadataLog.Leadership leader, List<CoreRecord> records) {
        Optional<String> endpoint = endpoint(leader);
        if (endpoint.isEmpty()) {
            return CompletableFuture.completedFuture(
                    new AppendAnswer.NotMade(
                            "node %d leads and has not registered yet".formatted(leader.nodeId())));
        }
        byte[] request =
                AppendCodec.write(
                        new AppendCodec.Request(
                                leader.incarnation(), leader.leaderEpoch(), records));
        return peers.send(endpoint.get(), RpcMethod.APPEND, request)
                .thenApply(AppendCodec::readAnswer)
                .exceptionally(e -> {
                    String why = String.valueOf(e.getMessage());
                    return e.getCause() instanceof RpcException failure && failure.isNotServed()
                            ? new AppendAnswer.NotMade(why)
                            : new AppendAnswer.Unknown(why);
                });
    }

    @Override
    public Contact contact(MetadataLog.Leadership leader, long nodeEpoch, boolean answered) {
        Optional<String> endpoint = endpoint(leader);
        if (endpoint.isEmpty()) {
            return Contact.of(Sign.SILENT);
        }
        leaveFormer(endpoint.get());
        var out = new BinaryWriter(32);
        out.uuid(leader.incarnation());
        out.varint(leader.leaderEpoch());
        out.varint(nodeEpoch);
        out.int8(answered ? 1 : 0);
        status.get().write(out);
        try {
            byte[] answer = peers.call(endpoint.get(), RpcMethod.CONTACT, out.toByteArray());
            var in = new BinaryReader("answer to a contact", answer);
            return new Contact(in.int8() == WELL ? Sign.WELL : Sign.NOT_WELL, in.natural());
        } catch (RpcException e) {
            return Contact.of(e.isRefused() ? Sign.REFUSED : Sign.SILENT);
        }
    }

    @Override
    public CompletableFuture<Long> push(CoreImage.NodeState node, List<byte[]> slots) {
        byte[] request = PushCodec.write(new PushCodec.Request(node.incarnation(), slots));
        return peers.send(node.membership().rpcEndpoint(), RpcMethod.PUSH, request)
                .thenApply(PushCodec::readAnswer)
                .exceptionally(e -> PushLink.NO_ANSWER);
    }

    /** Returns the leader's answer to a question of the method; empty when it does not answer. */
    public Optional<byte[]> ask(MetadataLog.Leadership leader, RpcMethod method) {
        var out = new BinaryWriter(16);
        out.uuid(leader.incarnation());
        try {
            Optional<String> endpoint = endpoint(leader);
            return endpoint.isEmpty()
                    ? Optional.empty()
                    : Optional.of(peers.call(endpoint.get(), method, out.toByteArray()))
                            .filter(answer -> answer.length > 0);
        } catch (RpcException e) {
            return Optional.empty();
        }
    }

    /**
     * Answers a question of {@link #ask}.
     *
     * <pre>
     * request = callee:uuid; answer = text, empty when this is not the callee
     * </pre>
     */
    public static byte[] serveAsk(byte[] request, UUID incarnation, Supplier<byte[]> answer) {
        UUID callee = new BinaryReader("question", request).uuid();
        return callee.equals(incarnation) ? answer.get() : new byte[0];
    }

    /** Closes the connections to the leader that was contacted before. */
    private void leaveFormer(String endpoint) {
        String former = contacted;
        if (!former.equals(endpoint)) {
            contacted = endpoint;
            peers.forget(former);
        }
    }

    @Override
    public CompletableFuture<Boolean> hello(CoreImage.NodeState node) {
        String endpoint = node.membership().rpcEndpoint();
        if (endpoint.isEmpty()) {
            return CompletableFuture.completedFuture(false);
        }
        var out = new BinaryWriter(16);
        out.uuid(node.incarnation());
        byte[] wanted = out.toByteArray();
        return peers.send(endpoint, RpcMethod.HELLO, wanted)
                .thenApply(answer -> Arrays.equals(answer, wanted))
                .exceptionally(e -> false);
    }

    /**
     * Answers the question which process has this address.
     *
     * <pre>
     * request = incarnation that is looked for:uuid; answer = incarnation of this process:uuid
     * </pre>
     */
    public static byte[] serveHello(UUID incarnation) {
        var out = new BinaryWriter(16);
        out.uuid(incarnation);
        return out.toByteArray();
    }

    /**
     * Answers a contact of another node.
     *
     * <pre>
     * request = callee:uuid leaderEpoch nodeEpoch answered:int8 status
     * answer = leads at that epoch, and is well:int8 last slot applied
     * </pre>
     */
    public static byte[] serveContact(
            byte[] request, ContactService contacts, NodeStatuses statuses) {
        var in = new BinaryReader("contact", request);
        UUID callee = in.uuid();
        int leaderEpoch = Math.toIntExact(in.natural());
        long nodeEpoch = in.natural();
        Contact answer = contacts.heard(callee, leaderEpoch, nodeEpoch, in.int8() != 0);
        statuses.told(nodeEpoch, NodeStatus.read(in));
        var out = new BinaryWriter(16);
        out.int8(answer.sign() == Sign.WELL ? WELL : 0);
        out.varint(answer.slot());
        return out.toByteArray();
    }

    /** Returns the leader's RPC endpoint, once that process has registered. */
    public Optional<String> endpoint(MetadataLog.Leadership leader) {
        return image.get()
                .node(leader.nodeId())
                .filter(node -> node.incarnation().equals(leader.incarnation()))
                .map(node -> node.membership().rpcEndpoint())
                .filter(endpoint -> !endpoint.isEmpty());
    }
}
