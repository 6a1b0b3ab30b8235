package io.oxbow.broker;

import io.oxbow.broker.admin.AbsentFeaturesHandler;
import io.oxbow.broker.admin.AlterConfigsHandler;
import io.oxbow.broker.admin.ClusterHandler;
import io.oxbow.broker.admin.DescribeConfigsHandler;
import io.oxbow.broker.admin.ForwardingHandler;
import io.oxbow.broker.admin.LogDirsHandler;
import io.oxbow.broker.admin.MetadataHandler;
import io.oxbow.broker.admin.ReassignmentsHandler;
import io.oxbow.broker.admin.TopicPartitionsHandler;
import io.oxbow.broker.admin.TopicsHandler;
import io.oxbow.broker.config.BrokerConfig;
import io.oxbow.broker.config.TopicConfigs;
import io.oxbow.broker.control.ControlPlane;
import io.oxbow.broker.control.ControllerRequests;
import io.oxbow.broker.control.Leaderships;
import io.oxbow.broker.control.Settlement;
import io.oxbow.broker.control.TopicCreation;
import io.oxbow.broker.fetch.FetchHandler;
import io.oxbow.broker.fetch.FetchSettings;
import io.oxbow.broker.group.FindCoordinatorHandler;
import io.oxbow.broker.group.GroupAdminHandler;
import io.oxbow.broker.group.GroupProgress;
import io.oxbow.broker.group.Groups;
import io.oxbow.broker.group.MembershipHandler;
import io.oxbow.broker.group.OffsetsHandler;
import io.oxbow.broker.group.TxnOffsetsHandler;
import io.oxbow.broker.network.ApiHandler;
import io.oxbow.broker.offsets.LeaderEpochHandler;
import io.oxbow.broker.offsets.ListOffsetsHandler;
import io.oxbow.broker.partition.LedPartitions;
import io.oxbow.broker.produce.ProduceHandler;
import io.oxbow.broker.records.DeleteRecordsHandler;
import io.oxbow.broker.records.SideBySide;
import io.oxbow.broker.transaction.TransactionService;
import io.oxbow.s3stream.env.Environment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.server.record.BrokerCompressionType;

/** The handlers of a broker: one per API family, each with just the parts that it needs. */
final class BrokerHandlers {

    /**
     * Components that the handlers are constructed from.
     *
     * @param cluster handlers of what the controller decides about the nodes
     */
    record Parts(
            ControlPlane controlPlane,
            Leaderships leaderships,
            LedPartitions led,
            Groups groups,
            TransactionService transactions,
            ControllerRequests requests,
            Settlement settlement,
            List<ApiHandler> cluster,
            Environment environment) {}

    private final FetchHandler fetch;
    private final GroupProgress progress;
    private final List<ApiHandler> all;

    BrokerHandlers(BrokerConfig config, TopicConfigs topics, String bucket, Parts parts) {
        var controlPlane = parts.controlPlane();
        var metadata = controlPlane.metadata();
        var controller = controlPlane.controller();
        var groups = parts.groups();
        var transactions = parts.transactions();
        var led = parts.led();
        var settlement = parts.settlement();
        var requests = parts.requests();
        var creation = new TopicCreation(config, requests, settlement, internal(config, groups));
        var sideBySide = new SideBySide(parts.environment().threads());
        this.fetch = new FetchHandler(led, fetchSettings(config), Time.SYSTEM);
        this.progress = new GroupProgress(groups, metadata, creation);
        this.all = new ArrayList<>();
        for (ApiHandler handler : parts.cluster()) {
            all.add(new ForwardingHandler(handler, requests, settlement));
        }
        all.addAll(
                List.of(
                        new ProduceHandler(led, transactions.verifier()),
                        fetch,
                        new ListOffsetsHandler(led, sideBySide),
                        new LeaderEpochHandler(led),
                        new DeleteRecordsHandler(led, sideBySide),
                        new MetadataHandler(config, controlPlane, creation),
                        new TopicPartitionsHandler(config, metadata),
                        new ForwardingHandler(
                                new TopicsHandler(controller, metadata, settlement),
                                requests,
                                settlement),
                        new DescribeConfigsHandler(config, topics, metadata, bucket),
                        new ForwardingHandler(
                                new AlterConfigsHandler(controller, settlement),
                                requests,
                                settlement),
                        new ClusterHandler(controlPlane),
                        new ForwardingHandler(
                                new ReassignmentsHandler(controller, metadata),
                                requests,
                                settlement),
                        new AbsentFeaturesHandler(),
                        new LogDirsHandler(led.partitions(), bucket),
                        new FindCoordinatorHandler(
                                groups, transactions::partitionOf, metadata, creation),
                        new MembershipHandler(groups),
                        new OffsetsHandler(groups, metadata),
                        new TxnOffsetsHandler(groups, metadata),
                        new GroupAdminHandler(groups)));
        all.addAll(transactions.handlers());
    }

    /** Returns the topics that the broker creates for itself, by name. */
    private static Map<String, TopicCreation.InternalTopic> internal(
            BrokerConfig config, Groups groups) {
        return Map.of(
                Topic.GROUP_METADATA_TOPIC_NAME,
                new TopicCreation.InternalTopic(
                        config.offsetsTopicPartitions(),
                        groups.coordinator()::groupMetadataTopicConfigs),
                Topic.TRANSACTION_STATE_TOPIC_NAME,
                new TopicCreation.InternalTopic(
                        config.transactionLog().transactionTopicPartitions(),
                        BrokerHandlers::transactionLogConfigs));
    }

    /** Returns the configuration of the transaction log, as Kafka creates it. */
    private static Properties transactionLogConfigs() {
        var configs = new Properties();
        configs.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
        configs.put(TopicConfig.COMPRESSION_TYPE_CONFIG, BrokerCompressionType.UNCOMPRESSED.name);
        return configs;
    }

    private static FetchSettings fetchSettings(BrokerConfig config) {
        FetchSettings usual = FetchSettings.defaults();
        return new FetchSettings(
                config.fetchBytesMax(),
                config.fetchSessionsMax(),
                usual.sessionIdleMillis(),
                usual.sessionPartitionsMax());
    }

    List<ApiHandler> all() {
        return all;
    }

    GroupProgress progress() {
        return progress;
    }

    /** Answers the fetches that wait for records at once. */
    void hurry() {
        fetch.close();
    }
}
