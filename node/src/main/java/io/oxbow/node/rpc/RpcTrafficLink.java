package io.oxbow.node.rpc;

import io.oxbow.broker.balance.TrafficLink;
import io.oxbow.broker.partition.PartitionCounts;
import io.oxbow.s3stream.binary.BinaryReader;
import io.oxbow.s3stream.binary.BinaryWriter;
import io.oxbow.s3stream.image.CoreImage;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;

/**
 * Asks other nodes what their partitions have counted.
 *
 * <pre>
 * request = callee:uuid
 * answer  = count {topic:string partition appendedBytes fetchedBytes requests}, as varints; empty when this is not the callee
 * </pre>
 */
public final class RpcTrafficLink implements TrafficLink {

    private final RpcPeers peers;
    private final Supplier<CoreImage> image;

    public RpcTrafficLink(RpcPeers peers, Supplier<CoreImage> image) {
        this.peers = peers;
        this.image = image;
    }

    @Override
    public Optional<Map<TopicPartition, PartitionCounts>> counts(int broker) {
        CoreImage.NodeState node = image.get().node(broker).orElse(null);
        if (node == null || node.fenced() || node.membership().rpcEndpoint().isEmpty()) {
            return Optional.empty();
        }
        var out = new BinaryWriter(16);
        out.uuid(node.incarnation());
        try {
            byte[] answer =
                    peers.call(
                            node.membership().rpcEndpoint(), RpcMethod.TRAFFIC, out.toByteArray());
            return answer.length == 0 ? Optional.empty() : Optional.of(read(answer));
        } catch (RpcException e) {
            return Optional.empty();
        }
    }

    /** Answers with the counts of this process, if it is the one that is meant. */
    public static byte[] serve(
            byte[] request,
            UUID incarnation,
            Supplier<Map<TopicPartition, PartitionCounts>> counts) {
        return RpcLeader.serveAsk(request, incarnation, () -> bytes(counts.get()));
    }

    static byte[] bytes(Map<TopicPartition, PartitionCounts> counts) {
        var out = new BinaryWriter(32 + 32 * counts.size());
        out.varint(counts.size());
        counts.forEach((id, counted) -> {
            out.string(id.topic());
            out.varint(id.partition());
            out.varint(counted.appendedBytes());
            out.varint(counted.fetchedBytes());
            out.varint(counted.requests());
        });
        return out.toByteArray();
    }

    static Map<TopicPartition, PartitionCounts> read(byte[] answer) {
        var in = new BinaryReader("counts", answer);
        Map<TopicPartition, PartitionCounts> counts = new HashMap<>();
        for (int left = in.count(5); left > 0; left--) {
            var id = new TopicPartition(in.string(), Math.toIntExact(in.natural()));
            counts.put(id, new PartitionCounts(in.natural(), in.natural(), in.natural()));
        }
        in.end();
        return counts;
    }
}
