package io.oxbow.node.rpc;

import io.oxbow.s3stream.binary.BinaryReader;
import io.oxbow.s3stream.binary.BinaryWriter;
import io.oxbow.s3stream.cluster.Contacts;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.s3stream.peer.AppendAnswer;
import io.oxbow.s3stream.peer.AppendCodec;
import io.oxbow.s3stream.peer.LeaderLink;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/** Calls the leader of the metadata log at the endpoint that it has registered. */
public final class RpcLeader implements LeaderLink {

    private static final byte LEADS = 1;

    private final RpcPeers peers;
    private final Supplier<CoreImage> image;

    public RpcLeader(RpcPeers peers, Supplier<CoreImage> image) {
        this.peers = peers;
        this.image = image;
    }

    @Override
    public AppendAnswer append(MetadataLog.Leadership leader, List<CoreRecord> records) {
        Optional<String> endpoint = endpoint(leader);
        if (endpoint.isEmpty()) {
            return new AppendAnswer.NotMade(
                    "node %d leads and has not registered yet".formatted(leader.nodeId()));
        }
        byte[] request = AppendCodec.write(new AppendCodec.Request(leader.incarnation(), records));
        try {
            return AppendCodec.readAnswer(peers.call(endpoint.get(), RpcMethod.APPEND, request));
        } catch (RpcException e) {
            return new AppendAnswer.Unknown(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public boolean contact(MetadataLog.Leadership leader, long nodeEpoch) {
        Optional<String> endpoint = endpoint(leader);
        if (endpoint.isEmpty()) {
            return false;
        }
        var out = new BinaryWriter(32);
        out.uuid(leader.incarnation());
        out.varint(leader.leaderEpoch());
        out.varint(nodeEpoch);
        try {
            return peers.call(endpoint.get(), RpcMethod.CONTACT, out.toByteArray())[0] == LEADS;
        } catch (RpcException e) {
            return false;
        }
    }

    /**
     * Answers a contact of another node.
     *
     * <pre>
     * request = callee:uuid leaderEpoch nodeEpoch; answer = leads at that epoch:int8
     * </pre>
     */
    public static byte[] serveContact(
            byte[] request, UUID incarnation, MetadataLog log, Contacts contacts) {
        var in = new BinaryReader("contact", request);
        boolean here = in.uuid().equals(incarnation);
        long leaderEpoch = in.natural();
        long nodeEpoch = in.natural();
        MetadataLog.Leadership leadership = log.leadership();
        boolean leads = here && leadership.here() && leadership.leaderEpoch() == leaderEpoch;
        if (leads) {
            contacts.heard(leadership.leaderEpoch(), nodeEpoch);
        }
        return new byte[] {leads ? LEADS : 0};
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
