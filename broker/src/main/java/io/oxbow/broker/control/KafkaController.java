package io.oxbow.broker.control;

import io.oxbow.broker.config.BrokerConfig;
import io.oxbow.broker.config.TopicConfigs;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.controller.Controller;
import org.apache.kafka.controller.ControllerRequestContext;
import org.apache.kafka.controller.ControllerSessions;
import org.apache.kafka.controller.PartitionHandOver;
import org.apache.kafka.controller.QuorumController;
import org.apache.kafka.controller.QuorumFeatures;
import org.apache.kafka.metadata.bootstrap.BootstrapMetadata;
import org.apache.kafka.metadata.placement.ReplicaPlacer;
import org.apache.kafka.raft.RaftClient;
import org.apache.kafka.server.common.ApiMessageAndVersion;
import org.apache.kafka.server.common.EligibleLeaderReplicasVersion;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.MetadataVersion;
import org.apache.kafka.server.fault.FaultHandler;

/**
 * Kafka's controller, set up for partitions of one replica on shared storage. Every node runs one;
 * it is active where the metadata log is led.
 */
public final class KafkaController implements AutoCloseable {

    /** Context of the broker's own requests to the controller, without a deadline. */
    public static final ControllerRequestContext INTERNAL =
            new ControllerRequestContext(
                    new RequestHeaderData(), KafkaPrincipal.ANONYMOUS, OptionalLong.empty());

    private final QuorumController controller;

    /** Returns the context of the broker's own requests of a version. */
    static ControllerRequestContext internal(short version) {
        return new ControllerRequestContext(
                new RequestHeaderData().setRequestApiVersion(version),
                KafkaPrincipal.ANONYMOUS,
                OptionalLong.empty());
    }

    private KafkaController(QuorumController controller) {
        this.controller = controller;
    }

    /**
     * @param clusterId Kafka's notation of the metadata log's cluster id
     * @param fatal told of what the controller cannot live with; the process should end
     * @param survived told of what it goes on after
     */
    static KafkaController start(
            BrokerConfig config,
            String clusterId,
            RaftClient<ApiMessageAndVersion> log,
            TopicConfigs topics,
            FaultHandler fatal,
            FaultHandler survived,
            ReplicaPlacer placer) {
        int nodeId = config.nodeId();
        var features =
                new QuorumFeatures(
                        nodeId, QuorumFeatures.defaultSupportedFeatureMap(false), List.of(nodeId));
        try {
            return new KafkaController(
                    new QuorumController.Builder(nodeId, clusterId)
                            .setNonFatalFaultHandler(survived)
                            .setFatalFaultHandler(fatal)
                            .setRaftClient(log)
                            .setQuorumFeatures(features)
                            .setBootstrapMetadata(bootstrap())
                            .setDefaultReplicationFactor((short) 1)
                            .setDefaultNumPartitions(config.numPartitions())
                            .setReplicaPlacer(placer)
                            .setSessionTimeoutNs(
                                    TimeUnit.MILLISECONDS.toNanos(config.sessionTimeoutMillis()))
                            .setConfigSchema(topics.schema())
                            .setConfigurationValidator(topics.rules())
                            .setStaticConfig(new HashMap<>(config.given()))
                            // A record every half second would be five million puts a month.
                            .setMaxIdleIntervalNs(OptionalLong.empty())
                            .build());
        } catch (Exception e) {
            throw new IllegalStateException("Kafka's controller did not start", e);
        }
    }

    /** The first records of a new log: the newest production features, without replicas' ISR. */
    private static BootstrapMetadata bootstrap() {
        Map<String, Short> levels = new HashMap<>();
        for (Feature feature : Feature.PRODUCTION_FEATURES) {
            short level = feature.defaultLevel(MetadataVersion.LATEST_PRODUCTION);
            if (level > 0) {
                levels.put(feature.featureName(), level);
            }
        }
        levels.remove(EligibleLeaderReplicasVersion.FEATURE_NAME);
        return BootstrapMetadata.fromVersions(
                MetadataVersion.LATEST_PRODUCTION, levels, "first start");
    }

    /** Returns the controller by Kafka's own interface. */
    public Controller api() {
        return controller;
    }

    /** See {@link ControllerSessions#endSessionOfOthers}. */
    CompletableFuture<Void> endSessionOfOthers(int brokerId, Uuid incarnation) {
        return ControllerSessions.endSessionOfOthers(controller, brokerId, incarnation);
    }

    /** See {@link PartitionHandOver#handOver}. */
    public CompletableFuture<PartitionHandOver.Outcome> handOver(int from, IntPredicate serves) {
        return PartitionHandOver.handOver(controller, from, serves, RegistrationRequest::directory);
    }

    @Override
    public void close() {
        controller.beginShutdown();
        try {
            controller.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
