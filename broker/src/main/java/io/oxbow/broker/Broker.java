package io.oxbow.broker;

import io.oxbow.broker.admin.AlterConfigsHandler;
import io.oxbow.broker.admin.QuorumHandler;
import io.oxbow.broker.admin.ReassignmentsHandler;
import io.oxbow.broker.admin.TopicsHandler;
import io.oxbow.broker.admin.UnregisterHandler;
import io.oxbow.broker.balance.Balancer;
import io.oxbow.broker.clean.CleanerCounts;
import io.oxbow.broker.clean.CleanerSettings;
import io.oxbow.broker.clean.LogCleaner;
import io.oxbow.broker.config.BrokerConfig;
import io.oxbow.broker.config.TopicConfigs;
import io.oxbow.broker.control.BrokerMetadataPublisher;
import io.oxbow.broker.control.BrokerRequestsHandler;
import io.oxbow.broker.control.BrokerSession;
import io.oxbow.broker.control.ClusterFeatures;
import io.oxbow.broker.control.ClusterMetadata;
import io.oxbow.broker.control.ControlPlane;
import io.oxbow.broker.control.ControllerProducerIds;
import io.oxbow.broker.control.ControllerRequests;
import io.oxbow.broker.control.ControllerService;
import io.oxbow.broker.control.ImageTopics;
import io.oxbow.broker.control.ImageWatch;
import io.oxbow.broker.control.LeadershipListener;
import io.oxbow.broker.control.LeadershipPlanner;
import io.oxbow.broker.control.Leaderships;
import io.oxbow.broker.control.Settlement;
import io.oxbow.broker.group.GroupLags;
import io.oxbow.broker.group.GroupProgress;
import io.oxbow.broker.group.Groups;
import io.oxbow.broker.move.Evacuation;
import io.oxbow.broker.move.FirstOpenings;
import io.oxbow.broker.network.ClientMemory;
import io.oxbow.broker.network.Listener;
import io.oxbow.broker.network.NetworkConfig;
import io.oxbow.broker.network.NetworkServer;
import io.oxbow.broker.partition.DamagedRanges;
import io.oxbow.broker.partition.LedPartitions;
import io.oxbow.broker.partition.PartitionCounts;
import io.oxbow.broker.partition.PartitionSettings;
import io.oxbow.broker.partition.Partitions;
import io.oxbow.broker.partition.RecoveredBatches;
import io.oxbow.broker.partition.StreamPartitions;
import io.oxbow.broker.partition.TopicTraffic;
import io.oxbow.broker.placement.BrokerTraffic;
import io.oxbow.broker.producer.TransactionVerifier;
import io.oxbow.broker.producerid.ProducerIds;
import io.oxbow.broker.retention.BrokerMaintenance;
import io.oxbow.broker.retention.OrphanStreams;
import io.oxbow.broker.retention.Retention;
import io.oxbow.broker.transaction.BrokerRequests;
import io.oxbow.broker.transaction.TransactionService;
import io.oxbow.broker.transaction.TransactionSettings;
import io.oxbow.s3stream.StreamStore;
import io.oxbow.s3stream.env.Component;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.env.Policy;
import io.oxbow.s3stream.log.MetadataLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.kafka.common.Endpoint;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.image.publisher.MetadataPublisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Kafka broker, and a controller, on a metadata log and a stream store that are open already.
 *
 * <p>{@link #start} returns when clients are served. {@link #drain} leaves the cluster in good
 * order; {@link #close} stops. Log and store belong to the caller.
 */
public final class Broker implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Broker.class);

    private final BrokerConfig config;
    private final Environment environment;
    private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
    private final NetworkServer network;
    private final ControlPlane controlPlane;
    private final StreamPartitions partitions;
    private final Groups groups;
    private final TransactionService transactions;
    private final Leaderships leaderships;
    private final FirstOpenings openings;
    private final ControllerService controllerService;
    private final ControllerRequests requests;
    private final BrokerMoves moves;
    private final BrokerSession session;
    private final BrokerHandlers handlers;
    private final BrokerMaintenance housekeeping;
    private final LogCleaner cleaner;
    private final RecoveredBatches recovered;

    private Broker(
            BrokerConfig config,
            NetworkServer network,
            Environment environment,
            MetadataLog log,
            StreamStore store,
            BrokerExtensions extensions) {
        this.config = config;
        this.environment = environment;
        this.recovered = extensions.recovered();
        var topics = new TopicConfigs(config, extensions.topicConfigs());
        Uuid incarnation = incarnation(config, log);
        this.network = network;
        this.partitions =
                new StreamPartitions(
                        store,
                        partitionSettings(config, environment),
                        recovered,
                        network.processor());
        Component controller = environment.health().essential("controller", Policy.END_PROCESS);
        controller.running();
        var traffic = new BrokerTraffic();
        this.controlPlane =
                new ControlPlane(
                        config,
                        topics,
                        log,
                        cause -> {
                            controller.failed(cause);
                            failure.complete(cause);
                        },
                        controller::unexpected,
                        extensions.cluster().placeable(),
                        traffic);
        this.groups =
                new Groups(
                        config, partitions, network.memory().groups(), this::verify, environment);
        this.leaderships =
                new Leaderships(
                        partitions,
                        new LeadershipPlanner(config.nodeId(), incarnation, topics),
                        new Coordinators(),
                        environment,
                        failure::complete);
        this.openings =
                new FirstOpenings(config.nodeId(), store::heldByOthers, environment.clock());
        var settlement = new Settlement(controlPlane, leaderships, openings::await, environment);
        var quorum = new QuorumHandler(controlPlane, extensions.cluster().voters());
        var unregister = new UnregisterHandler(controlPlane);
        this.controllerService =
                new ControllerService(
                        List.of(
                                new BrokerRequestsHandler(controlPlane),
                                new TopicsHandler(
                                        controlPlane.controller(),
                                        controlPlane.metadata(),
                                        settlement),
                                new AlterConfigsHandler(controlPlane.controller(), settlement),
                                new ReassignmentsHandler(
                                        controlPlane.controller(), controlPlane.metadata()),
                                quorum,
                                unregister),
                        environment.threads(),
                        controller::unexpected);
        this.requests =
                new ControllerRequests(
                        controlPlane, controllerService, extensions.cluster().link(), environment);
        var led = new LedPartitions(partitions, new ImageTopics(controlPlane.metadata()));
        this.transactions =
                new TransactionService(
                        config.nodeId(),
                        transactionSettings(config),
                        new TransactionService.Parts(
                                incarnation,
                                partitions,
                                led,
                                controlPlane.metadata(),
                                new ProducerIds(
                                        new ControllerProducerIds(
                                                config.nodeId(),
                                                controlPlane.metadata(),
                                                requests)),
                                groups.coordinator(),
                                extensions.cluster().calls(),
                                environment));
        this.moves =
                new BrokerMoves(
                        config.nodeId(),
                        partitions,
                        log,
                        controlPlane.metadata(),
                        requests,
                        extensions.cluster(),
                        traffic,
                        environment);
        this.session =
                new BrokerSession(
                        config,
                        incarnation,
                        advertisedEndpoints(),
                        controlPlane,
                        requests,
                        environment);
        this.handlers =
                new BrokerHandlers(
                        config,
                        topics,
                        extensions.bucket(),
                        new BrokerHandlers.Parts(
                                controlPlane,
                                leaderships,
                                led,
                                groups,
                                transactions,
                                requests,
                                settlement,
                                List.of(quorum, unregister),
                                environment));
        this.housekeeping =
                new BrokerMaintenance(
                        new Retention(partitions, extensions.retentionFloor(), environment.clock()),
                        new OrphanStreams(controlPlane, log, store),
                        Duration.ofMillis(config.retentionCheckIntervalMillis()),
                        environment);
        this.cleaner =
                new LogCleaner(
                        partitions::cleanable,
                        id -> extensions.retentionFloor().floor(id.topicId(), id.partition()),
                        cleanerSettings(config),
                        environment);
    }

    private static CleanerSettings cleanerSettings(BrokerConfig config) {
        var cleaner = config.cleaner();
        return new CleanerSettings(
                cleaner.dedupeBufferSize,
                cleaner.dedupeBufferLoadFactor,
                Duration.ofMillis(cleaner.backoffMs));
    }

    /** Coordinators, whose partitions begin and end with their leadership. */
    private final class Coordinators implements LeadershipListener {

        @Override
        public void elected(TopicIdPartition partition, int leaderEpoch) {
            groups.elected(partition, leaderEpoch);
            transactions.leaderships().elected(partition, leaderEpoch);
        }

        @Override
        public void resigning(TopicIdPartition partition, int leaderEpoch) {
            groups.resigning(partition, leaderEpoch);
            transactions.leaderships().resigning(partition, leaderEpoch);
        }
    }

    private TransactionVerifier.Word verify(
            TransactionVerifier.Producer producer, Collection<TopicPartition> names) {
        return transactions.verifier().verify(producer, names);
    }

    private static TransactionSettings transactionSettings(BrokerConfig config) {
        var states = config.transactions();
        var adding = config.addPartitionsToTxn();
        return new TransactionSettings(
                states.transactionMaxTimeoutMs(),
                Duration.ofMillis(states.transactionalIdExpirationMs()),
                Duration.ofMillis(states.transactionAbortTimedOutTransactionCleanupIntervalMs()),
                Duration.ofMillis(
                        states.transactionRemoveExpiredTransactionalIdCleanupIntervalMs()),
                config.transactionLog().transactionLoadBufferSize(),
                Duration.ofMillis(adding.addPartitionsToTxnRetryBackoffMaxMs()),
                Duration.ofMillis(adding.addPartitionsToTxnRetryBackoffMs()));
    }

    /**
     * Binds the ports, so that a start that cannot have them fails before it makes anything.
     *
     * @param memory what clients may make the node hold
     */
    public static NetworkServer bind(
            BrokerConfig config, ClientMemory memory, Environment environment) {
        return NetworkServer.bind(networkConfig(config, memory), environment);
    }

    /**
     * Registers this broker, and serves clients.
     *
     * @param network what {@link #bind} has bound; closed with the broker
     * @param log which has a leader, so that the cluster has an id; best this process
     * @throws TimeoutException when the cluster has not let this broker in within {@code
     *     initial.broker.registration.timeout.ms}
     */
    public static Broker start(
            BrokerConfig config,
            NetworkServer network,
            Environment environment,
            MetadataLog log,
            StreamStore store,
            BrokerExtensions extensions)
            throws InterruptedException {
        var broker = new Broker(config, network, environment, log, store, extensions);
        try {
            broker.serve();
            return broker;
        } catch (Throwable e) {
            broker.close();
            throw e;
        }
    }

    /** Returns what hears of changed partitions; openings elsewhere are noted before those here. */
    private List<ImageWatch> watches() {
        var watches = new ArrayList<ImageWatch>();
        watches.add(openings);
        watches.addAll(moves.around(leaderships));
        return watches;
    }

    private void serve() throws InterruptedException {
        controlPlane.start(
                new BrokerMetadataPublisher(controlPlane.metadata(), List.of(groups), watches()));
        leaderships.start();
        transactions.start();
        moves.start();
        session.start();
        var limit = Duration.ofMillis(config.registrationTimeoutMillis());
        if (!session.awaitUnfenced(limit)) {
            throw new TimeoutException(
                    "broker %d was not let into the cluster within %s"
                            .formatted(config.nodeId(), limit));
        }
        leaderships.awaitApplied(controlPlane.highWatermark() - 1, limit);
        network.start(handlers.all(), new ClusterFeatures(controlPlane.metadata()));
        recovered.clear();
        housekeeping.start();
        cleaner.start();
        moves.serve();
    }

    /**
     * Returns the process's identity in the metadata log, which is its identity in Kafka's eyes,
     * too.
     */
    private static Uuid incarnation(BrokerConfig config, MetadataLog log) {
        return log.image()
                .node(config.nodeId())
                .map(node -> ControlPlane.kafkaUuid(node.incarnation()))
                .orElseThrow(() ->
                        new IllegalStateException(
                                "node %d is not registered in the metadata log"
                                        .formatted(config.nodeId())));
    }

    private static NetworkConfig networkConfig(BrokerConfig config, ClientMemory memory) {
        List<Listener> listeners =
                config.listeners().stream()
                        .map(endpoint ->
                                new Listener(
                                        endpoint.listener(),
                                        endpoint.securityProtocol(),
                                        endpoint.host() == null ? "0.0.0.0" : endpoint.host(),
                                        endpoint.port()))
                        .toList();
        return new NetworkConfig(
                listeners,
                config.networkThreads(),
                config.requestBytesMax(),
                Duration.ofMillis(config.connectionIdleMillisMax()),
                config.connectionsMax(),
                new NetworkConfig.SocketBuffers(
                        config.socketSendBufferBytes(), config.socketReceiveBufferBytes()),
                NetworkConfig.of(listeners).window(),
                memory);
    }

    private static PartitionSettings partitionSettings(
            BrokerConfig config, Environment environment) {
        PartitionSettings usual = PartitionSettings.of(environment);
        return new PartitionSettings(
                environment,
                config.producerIdExpirationMillis(),
                usual.checkpointBytes(),
                usual.checkpointInterval());
    }

    /** Returns the listeners with the ports that they are bound to. */
    public List<Endpoint> boundEndpoints() {
        return boundEndpoints(network);
    }

    /** Returns the listeners of {@link #bind} with the ports that they are bound to. */
    public static List<Endpoint> boundEndpoints(NetworkServer network) {
        return network.listeners().stream()
                .map(listener ->
                        new Endpoint(
                                listener.name(),
                                listener.protocol(),
                                listener.host(),
                                listener.port()))
                .toList();
    }

    /** Returns the endpoints that clients are told to connect to. */
    public List<Endpoint> advertisedEndpoints() {
        return config.advertised(boundEndpoints());
    }

    public int nodeId() {
        return config.nodeId();
    }

    /** Returns the cluster's metadata as this broker knows it. */
    public ClusterMetadata metadata() {
        return controlPlane.metadata();
    }

    /** Gives a publisher the whole image, then every change, on the loader's thread. */
    public void install(MetadataPublisher publisher) {
        controlPlane.install(publisher);
    }

    public ControlPlane controlPlane() {
        return controlPlane;
    }

    /** Returns the service for requests that other brokers pass on to the controller here. */
    public ControllerService controllerService() {
        return controllerService;
    }

    /** Returns what serves other brokers' requests about transactions. */
    public BrokerRequests brokerRequests() {
        return transactions.requests();
    }

    /** Returns the way to the active controller, wherever it is. */
    public ControllerRequests requests() {
        return requests;
    }

    public Partitions partitions() {
        return partitions;
    }

    /** Returns what empties brokers that go on. */
    public Evacuation evacuation() {
        return moves.evacuation();
    }

    public Balancer balancer() {
        return moves.balancer();
    }

    /** Returns counts of the partitions that are open here, for the balancer. */
    public Map<TopicPartition, PartitionCounts> counts() {
        return partitions.counts();
    }

    /** Counts of bytes and records appended and fetched, by topic. */
    public List<TopicTraffic> traffic() {
        return partitions.traffic();
    }

    /** Returns counts of the log cleaner. */
    public CleanerCounts cleaner() {
        return cleaner.counts();
    }

    /** Lags of consumer groups, of at most as many groups and partitions as given. */
    public GroupLags groupLags(int groupsMax, int lagsMax) {
        return new GroupLags(groups.coordinator(), partitions, groupsMax, lagsMax);
    }

    /** Ranges of the partitions' records that could not be read. */
    public DamagedRanges damaged() {
        return partitions.damaged();
    }

    public Groups groups() {
        return groups;
    }

    /** Shows progress made inside this process as a consumer group's. */
    public GroupProgress progress() {
        return handlers.progress();
    }

    /**
     * Registers a listener for the failure after which this broker can't go on; the process should
     * end then.
     */
    public void onFailure(Consumer<Throwable> listener) {
        failure.thenAccept(listener);
    }

    /**
     * Leaves the cluster: leaderships go back, what the partitions hold is uploaded, calls under
     * way are answered.
     *
     * @return whether all of that was done within {@code limit}
     */
    public boolean drain(Duration limit) throws InterruptedException {
        long deadline = environment.clock().nanoTime() + limit.toNanos();
        housekeeping.close();
        cleaner.close();
        boolean moved = moves.depart(limit.dividedBy(2));
        handlers.hurry();
        boolean left = session.leave(until(deadline));
        boolean applied =
                leaderships.awaitApplied(controlPlane.highWatermark() - 1, until(deadline));
        boolean answered = network.drain(until(deadline));
        LOG.info(
                "drained: moved={} left={} resigned={} answered={}",
                moved,
                left,
                applied,
                answered);
        return left && applied && answered;
    }

    private Duration until(long deadline) {
        return Duration.ofNanos(Math.max(1, deadline - environment.clock().nanoTime()));
    }

    /** Stops at once. Partitions that are still open are given up in good order. */
    @Override
    public void close() {
        housekeeping.close();
        cleaner.close();
        handlers.hurry();
        network.close();
        session.close();
        moves.close();
        leaderships.close();
        controlPlane.close();
        transactions.close();
        groups.close();
        partitions.close();
    }
}
