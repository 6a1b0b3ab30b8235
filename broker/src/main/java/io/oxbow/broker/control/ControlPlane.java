package io.oxbow.broker.control;

import io.oxbow.broker.config.BrokerConfig;
import io.oxbow.broker.config.TopicConfigs;
import io.oxbow.broker.placement.BrokerTraffic;
import io.oxbow.broker.placement.PlacementLoads;
import io.oxbow.broker.placement.SingleReplicaPlacer;
import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.log.MetadataLog;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.image.loader.MetadataLoader;
import org.apache.kafka.image.publisher.MetadataPublisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kafka's controller and metadata loader on one metadata log.
 *
 * <p>Publishers are installed before {@link #start}, or later; each first gets the whole image.
 */
public final class ControlPlane implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ControlPlane.class);

    private final String clusterId;
    private final MetadataLog log;
    private final MetadataRaftClient raftClient;
    private final KafkaController controller;
    private final MetadataLoader loader;
    private final ClusterMetadata metadata;

    /**
     * @param fatal told of what controller or loader cannot live with; the process should end
     * @param survived told of what nobody expected and the controller goes on after
     * @param placeable whether new partitions may be placed on a broker that is up
     * @param traffic of the brokers, for new partitions
     */
    public ControlPlane(
            BrokerConfig config,
            TopicConfigs topics,
            MetadataLog log,
            Consumer<Throwable> fatal,
            Consumer<Throwable> survived,
            IntPredicate placeable,
            BrokerTraffic traffic) {
        int nodeId = config.nodeId();
        this.log = log;
        this.clusterId = kafkaUuid(log.clusterId()).toString();
        this.raftClient = new MetadataRaftClient(nodeId, log);
        this.metadata = new ClusterMetadata(nodeId);
        this.controller =
                KafkaController.start(
                        config,
                        clusterId,
                        raftClient,
                        topics,
                        new Faults("controller", fatal),
                        new Faults("controller", survived),
                        new SingleReplicaPlacer(
                                placeable, new PlacementLoads(metadata::image, traffic)));
        this.loader =
                new MetadataLoader.Builder()
                        .setNodeId(nodeId)
                        .setThreadNamePrefix("node-" + nodeId + "-")
                        .setFaultHandler(new Faults("metadata loader", fatal))
                        .setHighWaterMarkAccessor(raftClient::highWatermark)
                        .build();
        var snapshots = new ImageSnapshots();
        log.application().onSnapshot(snapshots);
        install(snapshots);
    }

    /** Begins to follow the log; installs {@code first} before anything is published. */
    public void start(MetadataPublisher first) {
        install(first);
        raftClient.register(loader);
    }

    /** Gives a publisher the image as it is now, then every change, on the loader's thread. */
    public void install(MetadataPublisher publisher) {
        loader.installPublishers(List.of(publisher)).join();
    }

    /** Returns the metadata log's cluster id in Kafka's notation. */
    public String clusterId() {
        return clusterId;
    }

    public KafkaController controller() {
        return controller;
    }

    public ClusterMetadata metadata() {
        return metadata;
    }

    /**
     * Returns the node of the active controller, if that is known and its broker is up; else -1.
     */
    public int controllerId() {
        int leader = raftClient.leaderAndEpoch().leaderId().orElse(-1);
        return metadata.cache().hasAliveBroker(leader) ? leader : -1;
    }

    /** Returns true if this process leads the metadata log; its controller is, or gets, active. */
    boolean leadsHere() {
        return log.leadership().here();
    }

    /** Returns true if the metadata log has that process as a node's newest, and not fenced. */
    boolean isMember(int nodeId, Uuid incarnation) {
        return log.image()
                .node(nodeId)
                .filter(node -> !node.fenced() && kafkaUuid(node.incarnation()).equals(incarnation))
                .isPresent();
    }

    /** Returns true if the metadata log has that node. */
    public boolean knows(int nodeId) {
        return log.image().node(nodeId).isPresent();
    }

    /** Removes a node from the metadata log, unless it lives or was not recovered; blocks. */
    public ApplyResult removeNode(int nodeId) {
        return log.append(List.of(new CoreRecord.RemoveNode(nodeId))).getFirst();
    }

    public MetadataLog.Leadership leadership() {
        return log.leadership();
    }

    /** Returns the offset after the last committed record of Kafka's. */
    public long highWatermark() {
        return raftClient.highWatermark().orElse(0);
    }

    public static Uuid kafkaUuid(UUID id) {
        return new Uuid(id.getMostSignificantBits(), id.getLeastSignificantBits());
    }

    @Override
    public void close() {
        metadata.close();
        controller.close();
        raftClient.close();
        try {
            loader.close();
        } catch (Exception e) {
            LOG.warn("the metadata loader did not close", e);
        }
    }
}
