package io.oxbow.node.rpc;

import io.oxbow.s3stream.binary.BinaryReader;
import io.oxbow.s3stream.binary.BinaryWriter;
import io.oxbow.s3stream.cluster.ContactService;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.s3stream.peer.AppendAnswer;
import io.oxbow.s3stream.peer.AppendCodec;
import io.oxbow.s3stream.peer.LeaderLink;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Calls the leader of the metadata log at the endpoint that it has registered. */
public final class RpcLeader implements LeaderLink {

    private static final byte WELL = 1;

    private final RpcPeers peers;
    private final Supplier<CoreImage> image;

    public RpcLeader(RpcPeers peers, Supplier<CoreImage> image) {
        this.peers = peers;
        this.image = image;
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
                .exceptionally(e -> new AppendAnswer.Unknown(String.valueOf(e.getMessage())));
    }

    @Override
    public Sign contact(MetadataLog.Leadership leader, long nodeEpoch, boolean answered) {
        Optional<String> endpoint = endpoint(leader);
        if (endpoint.isEmpty()) {
            return Sign.SILENT;
        }
        var out = new BinaryWriter(32);
        out.uuid(leader.incarnation());
        out.varint(leader.leaderEpoch());
        out.varint(nodeEpoch);
        out.int8(answered ? 1 : 0);
        try {
            byte[] answer = peers.call(endpoint.get(), RpcMethod.CONTACT, out.toByteArray());
            return answer[0] == WELL ? Sign.WELL : Sign.NOT_WELL;
        } catch (RpcException e) {
            return e.isRefused() ? Sign.REFUSED : Sign.SILENT;
        }
    }

    /**
     * Answers a contact of another node.
     *
     * <pre>
     * request = callee:uuid leaderEpoch nodeEpoch answered:int8; answer = leads at that epoch, and is well:int8
     * </pre>
     */
    public static byte[] serveContact(byte[] request, ContactService contacts) {
        var in = new BinaryReader("contact", request);
        UUID callee = in.uuid();
        int leaderEpoch = Math.toIntExact(in.natural());
        boolean well = contacts.heard(callee, leaderEpoch, in.natural(), in.int8() != 0);
        return new byte[] {well ? WELL : 0};
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
