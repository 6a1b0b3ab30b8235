package io.oxbow.node.member;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.oxbow.broker.control.ControlPlane;
import io.oxbow.node.config.Roles;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.WalKind;
import io.oxbow.s3stream.log.MetadataLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.metadata.BrokerRegistration;
import org.jspecify.annotations.Nullable;

/**
 * Describes the cluster as this process knows it: its nodes by the images, and what they told the
 * leader, if that is this process.
 */
public final class ClusterView {

    private final MetadataLog log;
    private final ControlPlane controlPlane;
    private final NodeStatuses statuses;
    private final Supplier<NodeStatus> own;
    private final Predicate<CoreImage.NodeState> translates;

    /**
     * @param statuses of the other nodes, told while this process leads
     * @param own status of this node
     * @param translates true for nodes that translate topics into tables
     */
    public ClusterView(
            MetadataLog log,
            ControlPlane controlPlane,
            NodeStatuses statuses,
            Supplier<NodeStatus> own,
            Predicate<CoreImage.NodeState> translates) {
        this.log = log;
        this.controlPlane = controlPlane;
        this.statuses = statuses;
        this.own = own;
        this.translates = translates;
    }

    private Map<String, Object> describe() {
        MetadataLog.Leadership leadership = log.leadership();
        CoreImage image = log.image();
        MetadataImage kafka = controlPlane.metadata().image();
        Map<Integer, Integer> led = led(kafka);
        List<CoreImage.NodeState> states = image.nodes();
        statuses.keepOnly(
                states.stream().map(CoreImage.NodeState::nodeEpoch).collect(Collectors.toSet()));
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("clusterId", controlPlane.clusterId());
        map.put("leaderNode", leadership.nodeId());
        map.put("leaderEpoch", leadership.leaderEpoch());
        map.put("slot", leadership.slot());
        map.put("toldByLeader", leadership.here());
        var nodes = new ArrayList<Map<String, Object>>();
        for (CoreImage.NodeState node : states) {
            nodes.add(describe(node, image, kafka.cluster().broker(node.nodeId()), led));
        }
        map.put("nodes", nodes);
        return map;
    }

    private Map<String, Object> describe(
            CoreImage.NodeState node,
            CoreImage image,
            @Nullable BrokerRegistration broker,
            Map<Integer, Integer> led) {
        MetadataLog.Leadership leadership = log.leadership();
        boolean leads =
                leadership.nodeId() == node.nodeId()
                        && leadership.incarnation().equals(node.incarnation());
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("node", node.nodeId());
        map.put("epoch", node.nodeEpoch());
        map.put("state", state(node, broker, image));
        map.put("leader", leads);
        map.put("roles", new Roles(translates.test(node)).names());
        map.put("zone", broker == null ? null : broker.rack().orElse(null));
        map.put("wal", node.walKind().name().toLowerCase(Locale.ROOT));
        map.put("walWaits", walWaits(node, image));
        map.put("kafka", node.membership().clientEndpoints());
        map.put("http", node.endpoint());
        map.put("rpc", node.membership().rpcEndpoint());
        map.put("partitions", led.getOrDefault(node.nodeId(), 0));
        map.put("unrecoveredEpochs", node.unrecovered().size());
        NodeStatuses.@Nullable Aged status = status(node, leads && leadership.here());
        map.put("inBytesPerSecond", status == null ? null : status.status().inBytesPerSecond());
        map.put("outBytesPerSecond", status == null ? null : status.status().outBytesPerSecond());
        map.put("unuploadedBytes", status == null ? null : status.status().unuploadedBytes());
        map.put("slot", status == null ? null : status.status().slot());
        map.put("lastContactMillis", status == null ? null : status.age().toMillis());
        return map;
    }

    /** Returns the description as JSON. */
    public byte[] json() {
        try {
            return new ObjectMapper().writeValueAsBytes(describe());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("numbers, texts and lists become JSON", e);
        }
    }

    /** Returns true if the node's partitions wait for it when it dies, although others live. */
    public boolean walWaits(int nodeId) {
        CoreImage image = log.image();
        return image.node(nodeId).filter(node -> walWaits(node, image)).isPresent();
    }

    /** A node whose write-ahead log is on a disk of its own has it alone, also when it is gone. */
    private static boolean walWaits(CoreImage.NodeState node, CoreImage image) {
        return node.walKind() == WalKind.FILE
                && (!node.fenced() || !node.unrecovered().isEmpty())
                && image.nodes().stream()
                        .anyMatch(other -> other.nodeId() != node.nodeId() && !other.fenced());
    }

    private NodeStatuses.@Nullable Aged status(CoreImage.NodeState node, boolean self) {
        return self
                ? new NodeStatuses.Aged(own.get(), Duration.ZERO)
                : statuses.of(node.nodeEpoch()).orElse(null);
    }

    private static String state(
            CoreImage.NodeState node, @Nullable BrokerRegistration broker, CoreImage image) {
        if (node.fenced()) {
            return node.unrecovered().isEmpty() ? "gone" : "recovering";
        }
        if (broker == null || broker.fenced()) {
            return "starting";
        }
        return Cordons.isCordoned(image, node.nodeId()) ? "cordoned" : "serving";
    }

    private static Map<Integer, Integer> led(MetadataImage kafka) {
        var led = new HashMap<Integer, Integer>();
        kafka.topics()
                .topicsById()
                .values()
                .forEach(topic ->
                        topic.partitions()
                                .values()
                                .forEach(
                                        partition -> led.merge(partition.leader, 1, Integer::sum)));
        return led;
    }
}
