package io.oxbow.simulation.broker;

import io.oxbow.broker.balance.BalanceSettings;
import io.oxbow.broker.balance.Balancer;
import io.oxbow.broker.config.BrokerConfig;
import io.oxbow.broker.config.TopicConfigExtension;
import io.oxbow.broker.config.TopicConfigs;
import io.oxbow.broker.control.BrokerMetadataPublisher;
import io.oxbow.broker.control.ClusterMetadata;
import io.oxbow.broker.control.LeadershipListener;
import io.oxbow.broker.control.LeadershipPlanner;
import io.oxbow.broker.control.Leaderships;
import io.oxbow.broker.move.Departure;
import io.oxbow.broker.move.Evacuation;
import io.oxbow.broker.move.IncomingPartitions;
import io.oxbow.broker.move.LeadershipMoves;
import io.oxbow.broker.partition.PartitionSettings;
import io.oxbow.broker.partition.RecoveredBatches;
import io.oxbow.broker.partition.StreamPartitions;
import io.oxbow.broker.placement.BrokerTraffic;
import io.oxbow.broker.processor.ProcessorThreads;
import io.oxbow.s3stream.StreamStore;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.simulation.kafka.ImageFeed;
import io.oxbow.simulation.kafka.ModelController;
import io.oxbow.simulation.kafka.Reassignments;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.NotControllerException;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData;
import org.apache.kafka.common.message.BrokerHeartbeatRequestData;
import org.apache.kafka.common.message.BrokerRegistrationRequestData;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.AlterPartitionReassignmentsRequest;
import org.apache.kafka.common.requests.BrokerHeartbeatRequest;
import org.apache.kafka.common.requests.BrokerRegistrationRequest;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.metadata.BrokerRegistration;

/**
 * Partitions of one process, by the classes that a broker runs for them: leaderships, moves,
 * balance, departure. The controller beside them is a model.
 */
public final class PartitionHost {

    private static final Duration HEARTBEAT = Duration.ofSeconds(2);
    private static final Duration TEND = Duration.ofSeconds(1);
    private static final Duration REQUEST_LIMIT = Duration.ofSeconds(5);
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(5);

    private static final BrokerConfig CONFIG = BrokerConfig.of(Map.of());
    private static final TopicConfigs CONFIGS =
            new TopicConfigs(CONFIG, TopicConfigExtension.none());

    private final Surroundings cluster;
    private final HostProcess life;
    private final Environment environment;
    private final Uuid incarnation;
    private final ClusterMetadata metadata;
    private final ModelController controller;
    private final ControllerCalls calls;
    private final StreamPartitions partitions;
    private final Leaderships leaderships;
    private final LeadershipMoves moves;
    private final IncomingPartitions incoming;
    private final Evacuation evacuation;
    private final Balancer balancer;
    private final ClientDoor door;
    private volatile boolean leaving;

    /**
     * @param log of the process, whose appends reach the leader
     */
    public PartitionHost(
            Surroundings cluster,
            HostProcess life,
            StreamStore store,
            RecoveredBatches recovered,
            MetadataLog log) {
        this.cluster = cluster;
        this.life = life;
        this.environment = life.process().environment();
        this.incarnation =
                new Uuid(
                        life.incarnation().getMostSignificantBits(),
                        life.incarnation().getLeastSignificantBits());
        this.metadata = new ClusterMetadata(life.nodeId());
        this.controller = new ModelController(log.application(), log::image, environment);
        this.calls = new ControllerCalls(life, log, controller);
        this.partitions =
                new StreamPartitions(
                        store,
                        new PartitionSettings(
                                environment,
                                Duration.ofDays(1).toMillis(),
                                cluster.topic().checkpointBytes(),
                                Duration.ofSeconds(15)),
                        recovered,
                        ProcessorThreads.of("simulated", 1, cluster.simulation()::fail));
        this.leaderships =
                new Leaderships(
                        partitions,
                        new LeadershipPlanner(life.nodeId(), incarnation, CONFIGS),
                        LeadershipListener.NONE,
                        environment,
                        cause -> {});
        this.moves =
                new LeadershipMoves(
                        life.nodeId(), partitions.handover(), metadata, calls, environment);
        this.incoming = new IncomingPartitions(life.nodeId(), partitions, log, environment);
        this.evacuation = new Evacuation(metadata, calls, broker -> true, environment.clock());
        // Traffic of others is unknown here: numbers of partitions decide.
        this.balancer =
                new Balancer(
                        BalanceSettings.USUAL,
                        broker ->
                                Optional.of(
                                        broker == life.nodeId() ? partitions.counts() : Map.of()),
                        broker -> true,
                        metadata,
                        calls,
                        new BrokerTraffic(),
                        environment);
        this.door = new ClientDoor(cluster, life, partitions);
        var feed =
                new ImageFeed(
                        controller,
                        List.of(
                                new BrokerMetadataPublisher(
                                        metadata,
                                        List.of(),
                                        List.of(leaderships, moves, incoming))));
        log.application().onSnapshot(feed);
        log.application().register(feed);
    }

    /** Begins to lead partitions, and to be a broker of the cluster. */
    public void start() {
        leaderships.start();
        moves.start();
        balancer.start();
        life.repeat(this::beat);
        life.repeat(this::tend);
    }

    /** Returns the way of clients to the partitions. */
    ClientDoor door() {
        return door;
    }

    MetadataImage image() {
        return metadata.image();
    }

    /** Serves a request of another broker; empty when the controller is not active here. */
    Optional<AbstractResponse> control(AbstractRequest request) {
        try {
            return Optional.of(controller.serve(request));
        } catch (NotControllerException e) {
            return Optional.empty();
        }
    }

    /** Registers this broker, then sends signs of life. */
    private void beat() throws InterruptedException {
        environment.clock().sleep(HEARTBEAT);
        if (!leaving) {
            heartbeat(false);
        }
    }

    private void heartbeat(boolean ends) throws InterruptedException {
        BrokerRegistration registration = metadata.image().cluster().broker(life.nodeId());
        ask(
                registration == null || !registration.incarnationId().equals(incarnation)
                        ? new BrokerRegistrationRequest.Builder(
                                        new BrokerRegistrationRequestData()
                                                .setBrokerId(life.nodeId())
                                                .setIncarnationId(incarnation)
                                                .setRack(cluster.zone(life.nodeId())))
                                .build()
                        : new BrokerHeartbeatRequest.Builder(
                                        new BrokerHeartbeatRequestData()
                                                .setBrokerId(life.nodeId())
                                                .setBrokerEpoch(registration.epoch())
                                                .setWantShutDown(ends))
                                .build());
    }

    /** Asks for a move, whoever may want it; does not wait. */
    public void wish(int partition, int node) {
        var topic =
                new AlterPartitionReassignmentsRequestData.ReassignableTopic()
                        .setName(cluster.topic().name());
        topic.partitions()
                .add(
                        new AlterPartitionReassignmentsRequestData.ReassignablePartition()
                                .setPartitionIndex(partition)
                                .setReplicas(List.of(node)));
        var data = new AlterPartitionReassignmentsRequestData();
        data.topics().add(topic);
        calls.send(new AlterPartitionReassignmentsRequest.Builder(data).build());
    }

    private void ask(AbstractRequest request) throws InterruptedException {
        try {
            calls.ask(request, REQUEST_LIMIT, environment.clock());
        } catch (ExecutionException e) {
            // No controller, or none that answers: the next time shows.
            cluster.simulation().say("%s: no answer to %s", life, request.apiKey());
        }
    }

    /** Does what only the active controller does by itself. */
    private void tend() throws InterruptedException {
        environment.clock().sleep(TEND);
        if (!controller.isActive()) {
            return;
        }
        try {
            controller.tend(Reassignments::version);
            controller.tend(image ->
                    Reassignments.topic(
                            image,
                            cluster.topic().id(),
                            cluster.topic().name(),
                            cluster.topic().partitions()));
        } catch (NotControllerException e) {
            // Another is the active one.
        }
    }

    /** Gives away the partitions of a node that is gone, if the controller is active here. */
    public void handOver(int from) {
        environment
                .threads()
                .newThread(() -> {
                    try {
                        controller.handOver(from);
                    } catch (NotControllerException e) {
                        // Its successor is asked to, as well.
                    }
                })
                .start();
    }

    /** Moves all partitions away, and leaves Kafka's cluster, as a node does that ends. */
    public void drain() throws InterruptedException {
        balancer.close();
        boolean moved = new Departure(life.nodeId(), evacuation, environment).moveAll(DRAIN_LIMIT);
        cluster.simulation().say("%s: all moved away: %s", life, moved);
        leaving = true;
        heartbeat(true);
    }

    /** Gives partitions up in good order; the store's owner closes the store. */
    public void close() {
        leaving = true;
        balancer.close();
        moves.close();
        incoming.close();
        leaderships.close();
        partitions.close();
    }
}
