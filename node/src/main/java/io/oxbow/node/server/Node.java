package io.oxbow.node.server;

import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.oxbow.broker.Broker;
import io.oxbow.broker.BrokerExtensions;
import io.oxbow.broker.network.NetworkServer;
import io.oxbow.broker.retention.RetentionFloor;
import io.oxbow.catalog.CatalogRoutes;
import io.oxbow.catalog.PointerCatalog;
import io.oxbow.node.adapter.BrokerTopic;
import io.oxbow.node.adapter.ImageTableTopics;
import io.oxbow.node.adapter.TableGroups;
import io.oxbow.node.adapter.TableTopicConfigs;
import io.oxbow.node.adapter.TopicSchemaLog;
import io.oxbow.node.config.ClientBudgets;
import io.oxbow.node.config.HostPort;
import io.oxbow.node.config.NodeConfig;
import io.oxbow.node.config.ProcessMemory;
import io.oxbow.node.config.Version;
import io.oxbow.node.http.ClusterRoutes;
import io.oxbow.node.http.DamageRoutes;
import io.oxbow.node.http.HealthRoutes;
import io.oxbow.node.http.HttpListener;
import io.oxbow.node.http.TableRoutes;
import io.oxbow.node.member.BalanceView;
import io.oxbow.node.member.ClusterView;
import io.oxbow.node.member.StatusSampler;
import io.oxbow.node.metrics.BrokerMetrics;
import io.oxbow.node.metrics.ClientMetrics;
import io.oxbow.node.metrics.EngineMetrics;
import io.oxbow.node.metrics.HealthMetrics;
import io.oxbow.node.metrics.TrafficMetrics;
import io.oxbow.node.rpc.RpcMethod;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.env.Component;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.env.Policy;
import io.oxbow.schema.RegistryRoutes;
import io.oxbow.schema.SchemaRegistry;
import io.oxbow.tableflow.config.TableConfig;
import io.oxbow.tableflow.guard.ClientCommits;
import io.oxbow.tableflow.lease.TableLeases;
import io.oxbow.tableflow.service.TableService;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.Endpoint;
import org.apache.kafka.common.Uuid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One process of a cluster: the composition root. It opens the parts from the bottom up, hands each
 * the others that it needs behind an interface of its own, and closes them from the top down.
 */
public final class Node implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Node.class);
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(20);
    private static final String REGISTRY = "/registry";
    private static final String CATALOG = "/iceberg";

    private final NodeConfig config;
    private final ClientBudgets clients = ClientBudgets.ofHeap(Runtime.getRuntime().maxMemory());
    private final Environment environment = Environment.system();
    private final Resources resources = new Resources();
    private final PrometheusMeterRegistry meters =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Component serving = environment.health().essential("node", Policy.END_PROCESS);
    private final AtomicBoolean closing = new AtomicBoolean();
    private final AtomicReference<TableService> pins = new AtomicReference<>();
    private final CompletableFuture<Integer> end = new CompletableFuture<>();
    private final HttpListener http;
    private final NetworkServer kafka;
    private final Storage storage;
    private final Broker broker;
    private final PointerCatalog catalog;
    private BooleanSupplier walWaits = () -> false;

    private Node(NodeConfig config) throws InterruptedException {
        this.config = config;
        if (!clients.fit(config.engine().memory(), ProcessMemory.now())) {
            LOG.info(
                    "should clients use up all of their budgets at once, they need more memory than"
                            + " this process has; raise oxbow.memory");
        }
        environment.health().onFatal((component, cause) -> failed(component.name(), cause));
        meters.getPrometheusRegistry().register(new HealthMetrics(environment.health()));
        // Threads of libraries, too: a thread that ends unseen leaves others waiting for it.
        Component strays = environment.health().strays();
        Thread.setDefaultUncaughtExceptionHandler(
                (thread, cause) -> strays.unexpected(thread.getName(), cause));
        try {
            http = resources.add(HttpListener.bind(config.http().listener()));
            kafka = resources.add(Broker.bind(config.broker(), clients.kafka(), environment));
            storage =
                    Storage.open(
                            config,
                            http.address(),
                            clientAddresses(),
                            environment,
                            meters,
                            resources);
            catalog = Tables.openCatalog(storage, meters, resources);
            broker = startBroker(storage);
            startTables(storage);
        } catch (Throwable e) {
            resources.close();
            throw e;
        }
    }

    /** Starts a node; it is ready to serve when this returns. */
    public static Node start(NodeConfig config) throws InterruptedException {
        return new Node(config);
    }

    /** Returns the addresses that Kafka's clients are told, as HOST:PORT. */
    private List<String> clientAddresses() {
        return config.broker().advertised(Broker.boundEndpoints(kafka)).stream()
                .map(endpoint -> new HostPort(endpoint.host(), endpoint.port()).toString())
                .toList();
    }

    private Broker startBroker(Storage storage) throws InterruptedException {
        RetentionFloor floor = this::retentionFloor;
        var started =
                resources.add(
                        Broker.start(
                                storage.config().broker(),
                                kafka,
                                environment,
                                storage.log(),
                                storage.streams(),
                                new BrokerExtensions(
                                        new TableTopicConfigs(this::tablesRefusal),
                                        floor,
                                        storage.bucket().location().toString(),
                                        storage.recovered(),
                                        storage.member().seat(config.balance()))));
        storage.member().serve(started, resources);
        started.onFailure(cause -> failed("broker", cause));
        return started;
    }

    private void startTables(Storage storage) {
        var schemaTopic =
                new TopicSchemaLog(
                        new BrokerTopic(broker, TopicSchemaLog.TOPIC, environment.clock()));
        SchemaRegistry schemas = SchemaRegistry.open(schemaTopic);
        var cluster =
                ClusterApis.open(
                        storage.member(),
                        broker,
                        schemaTopic,
                        schemas,
                        environment.clock(),
                        resources);
        Component registry = environment.health().background("schema-registry", Policy.RETRY);
        registry.running();
        registry.watch(() -> schemas.failure().orElse(null));
        var topics = new ImageTableTopics();
        broker.install(topics);
        var progress = resources.add(TableGroups.start(broker.progress(), environment));
        Tables tables =
                Tables.start(
                        catalog,
                        storage,
                        new Tables.Links(topics, cluster.writerSchemas(), progress),
                        environment,
                        meters,
                        resources);
        resources.add(tables.service());
        pins.set(tables.service());
        ClusterRoutes nodes = describeCluster(storage);
        bindProcessMetrics();
        BrokerMetrics.bind(broker, schemas, meters);
        ClientMetrics.bind(kafka, clients, meters);
        meters.getPrometheusRegistry().register(new TrafficMetrics(broker, kafka));
        serving.running();
        serveHttp(storage, schemas, tables, cluster, nodes);
    }

    private ClusterRoutes describeCluster(Storage storage) {
        ClusterMember member = storage.member();
        var status =
                new StatusSampler(storage.log(), storage.streams(), broker, environment.clock());
        var view =
                new ClusterView(
                        storage.log(),
                        broker.controlPlane(),
                        member.statuses(),
                        status,
                        node -> TableLeases.isWorker(storage.log().image(), node));
        var balance = new BalanceView(() -> broker.balancer().state());
        member.tell(status, view, balance);
        walWaits = () -> view.walWaits(nodeId());
        if (walWaits.getAsBoolean()) {
            LOG.warn(
                    "the write-ahead log is on a disk of this machine, and other nodes share the"
                            + " bucket: should this node die, its partitions wait until it is"
                            + " started again on {}; with oxbow.wal=object they go on elsewhere",
                    config.dataDir());
        }
        EngineMetrics.bindWalWaits(walWaits, meters);
        return new ClusterRoutes(
                storage.log(),
                () -> member.ask(RpcMethod.CLUSTER, view::json),
                () -> member.ask(RpcMethod.BALANCE, balance::json),
                broker.evacuation());
    }

    private void serveHttp(
            Storage storage,
            SchemaRegistry schemas,
            Tables tables,
            ClusterApis cluster,
            ClusterRoutes nodes) {
        http.serve(
                httpNames(),
                clients.http(),
                environment.health().background("http", Policy.RETRY),
                server -> {
                    new HealthRoutes(
                                    environment.health(),
                                    storage.log(),
                                    storage.bucket(),
                                    identity(storage))
                            .register(server);
                    nodes.register(server);
                    cluster.register(server, REGISTRY, CATALOG);
                    RegistryRoutes.register(schemas, server, REGISTRY);
                    CatalogRoutes.register(
                            catalog.guarded(new ClientCommits()),
                            server,
                            new CatalogRoutes.Settings(CATALOG, ClientDefaults.of(config)));
                    TableRoutes.register(server, tables.service());
                    DamageRoutes.register(server, broker);
                    server.routes.get(
                            "/metrics",
                            context ->
                                    context.contentType("text/plain; version=0.0.4; charset=utf-8")
                                            .result(meters.scrape()));
                });
    }

    /**
     * Returns the names under which clients find this node: advertised to Kafka's, configured for
     * others.
     */
    private Set<String> httpNames() {
        Set<String> names = new TreeSet<>(config.http().hosts());
        names.add(config.http().listener().host());
        broker.advertisedEndpoints().forEach(endpoint -> names.add(endpoint.host()));
        return names;
    }

    private void bindProcessMetrics() {
        new JvmMemoryMetrics().bindTo(meters);
        resources.add(bound(new JvmGcMetrics()));
        new ProcessorMetrics().bindTo(meters);
    }

    private JvmGcMetrics bound(JvmGcMetrics metrics) {
        metrics.bindTo(meters);
        return metrics;
    }

    /** Returns the reason why tables refuse a topic's settings: none until they are known. */
    private Optional<String> tablesRefusal(String topic, TableConfig before, TableConfig after) {
        TableService service = pins.get();
        return service == null ? Optional.empty() : service.refusal(topic, before, after);
    }

    /** Returns the lowest offset that retention must keep: 0 until the tables are known. */
    private long retentionFloor(Uuid topicId, int partition) {
        TableService service = pins.get();
        return service == null
                ? 0
                : service.pinnedOffset(
                        new UUID(
                                topicId.getMostSignificantBits(),
                                topicId.getLeastSignificantBits()),
                        partition);
    }

    private Map<String, ?> identity(Storage storage) {
        Map<String, Object> identity = new LinkedHashMap<>();
        identity.put("nodeId", storage.config().broker().nodeId());
        identity.put("version", Version.current());
        identity.put("bucket", storage.bucket().location().toString());
        identity.put("kafka", kafkaAddress());
        identity.put("http", httpAddress());
        identity.put("walWaits", walWaits.getAsBoolean());
        return identity;
    }

    /** Ends the process after a component's failure, for a supervisor to start another. */
    private void failed(String component, Throwable cause) {
        if (closing.get() || end.isDone()) {
            return;
        }
        try {
            serving.retrying("ends because of the " + component);
            LOG.error("this node ends because of the {}: {}", component, cause.getMessage(), cause);
        } finally {
            end.complete(1);
        }
    }

    /** Returns the id of this node, which the metadata log may have given it. */
    public int nodeId() {
        return storage.config().broker().nodeId();
    }

    /** Returns the address for Kafka clients as HOST:PORT. */
    public String kafkaAddress() {
        Endpoint endpoint = broker.advertisedEndpoints().getFirst();
        return new HostPort(endpoint.host(), endpoint.port()).toString();
    }

    public String httpAddress() {
        return http.address().toString();
    }

    public String catalogUri() {
        return "http://" + httpAddress() + CATALOG;
    }

    /** Blocks until the node was closed or cannot go on; returns the process's exit code. */
    public int awaitEnd() {
        return end.join();
    }

    /** Drains: leaves the cluster in good order, uploads what it holds, and stops. */
    @Override
    public void close() {
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        boolean failed = end.isDone();
        LOG.info("closing: {}", failed ? "a component has failed" : "asked to");
        serving.stopped();
        boolean drained = !failed && drained();
        try {
            leave(drained);
        } finally {
            resources.close();
            end.complete(drained ? 0 : 1);
        }
        LOG.info(
                "closed; {}",
                drained
                        ? "all that was acked is in the bucket"
                        : "what was acked and not uploaded is in the write-ahead log");
    }

    private void leave(boolean drained) {
        storage.member().leave(drained, othersStay());
        if (!drained) {
            // Otherwise each part would wait by itself for a log or a bucket that does not answer.
            storage.streams()
                    .abandon(
                            new S3StreamException(
                                    "the node closes", S3StreamException.Retry.FATAL, null));
        }
    }

    private boolean othersStay() {
        return !broker.evacuation().others(nodeId()).isEmpty();
    }

    private boolean drained() {
        try {
            return broker.drain(DRAIN_LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (RuntimeException | Error e) {
            serving.unexpected("the drain", e);
            return false;
        }
    }

    /**
     * Returns the name of the part that is being closed, for a caller that waits for it no longer.
     */
    public String closingPart() {
        return resources.closing();
    }
}
