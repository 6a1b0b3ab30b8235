package io.oxbow.broker.control;

import io.oxbow.broker.config.BrokerConfig;
import io.oxbow.broker.config.TopicConfigExtension;
import io.oxbow.broker.config.TopicConfigs;
import io.oxbow.broker.memory.MemoryMetadataLog;
import io.oxbow.broker.memory.MemoryPartitions;
import io.oxbow.broker.network.ApiHandler;
import io.oxbow.broker.placement.BrokerTraffic;
import io.oxbow.s3stream.env.Environment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.Endpoint;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.metadata.PartitionRegistration;

/** One broker's control plane on in-memory parts, as the broker composes it. */
final class ControlFixture implements AutoCloseable {

    final BrokerConfig config;
    final ControlPlane plane;
    final MemoryPartitions partitions;
    final Leaderships leaderships;
    final BrokerSession session;
    final List<Throwable> faults = new CopyOnWriteArrayList<>();
    final Uuid incarnation;
    final ControllerService service;
    final ControllerRequests requests;

    ControlFixture(MemoryMetadataLog log, MemoryPartitions partitions, Map<String, String> set) {
        this(log, partitions, set, TopicConfigExtension.none());
    }

    ControlFixture(
            MemoryMetadataLog log,
            MemoryPartitions partitions,
            Map<String, String> set,
            TopicConfigExtension extension) {
        this(log, partitions, set, extension, ControllerLink.none(), List.of());
    }

    ControlFixture(
            MemoryMetadataLog log,
            MemoryPartitions partitions,
            Map<String, String> set,
            TopicConfigExtension extension,
            ControllerLink link,
            List<ApiHandler> handlers) {
        var properties = new HashMap<>(Map.of("node.id", "7"));
        properties.putAll(set);
        this.config = BrokerConfig.of(properties);
        this.partitions = partitions;
        this.incarnation = ControlPlane.kafkaUuid(log.incarnation());
        var topics = new TopicConfigs(config, extension);
        this.plane =
                new ControlPlane(
                        config,
                        topics,
                        log,
                        faults::add,
                        faults::add,
                        broker -> true,
                        new BrokerTraffic());
        var environment = Environment.system();
        this.leaderships =
                new Leaderships(
                        partitions,
                        new LeadershipPlanner(config.nodeId(), incarnation, topics),
                        LeadershipListener.NONE,
                        environment,
                        faults::add);
        plane.start(new BrokerMetadataPublisher(plane.metadata(), List.of(), List.of(leaderships)));
        leaderships.start();
        var served = new ArrayList<ApiHandler>(handlers);
        served.add(new BrokerRequestsHandler(plane));
        this.service = new ControllerService(served, environment.threads(), faults::add);
        this.requests = new ControllerRequests(plane, service, link, environment);
        var advertised =
                List.of(new Endpoint("PLAINTEXT", SecurityProtocol.PLAINTEXT, "127.0.0.1", 9092));
        this.session =
                new BrokerSession(config, incarnation, advertised, plane, requests, environment);
        session.start();
    }

    ControlFixture awaitUnfenced() throws InterruptedException {
        if (!session.awaitUnfenced(Duration.ofSeconds(30))) {
            throw new AssertionError("not unfenced; faults: " + faults);
        }
        return this;
    }

    CreateTopicsResponseData.CreatableTopicResult create(
            String name, int partitions, int factor, Map<String, String> configs) throws Exception {
        var topic =
                new CreateTopicsRequestData.CreatableTopic()
                        .setName(name)
                        .setNumPartitions(partitions)
                        .setReplicationFactor((short) factor);
        configs.forEach((key, value) ->
                topic.configs()
                        .add(
                                new CreateTopicsRequestData.CreatableTopicConfig()
                                        .setName(key)
                                        .setValue(value)));
        var request = new CreateTopicsRequestData();
        request.topics().add(topic);
        return plane.controller()
                .api()
                .createTopics(KafkaController.INTERNAL, request, Set.of(name), false)
                .get(30, TimeUnit.SECONDS)
                .topics()
                .find(name);
    }

    PartitionRegistration awaitPartition(String topic, int partition) throws InterruptedException {
        plane.metadata().await(image -> image.topics().getTopic(topic) != null);
        leaderships.awaitApplied(plane.metadata().offset(), Duration.ofSeconds(20));
        return registration(topic, partition);
    }

    PartitionRegistration registration(String topic, int partition) {
        return Objects.requireNonNull(
                plane.metadata().image().topics().getTopic(topic).partitions().get(partition));
    }

    /** Ends the broker as kill -9 would: without a word to the cluster. */
    @Override
    public void close() {
        session.close();
        leaderships.close();
        plane.close();
    }
}
