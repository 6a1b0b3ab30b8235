package io.oxbow.node.server;

import io.oxbow.broker.Broker;
import io.oxbow.broker.ClusterSeat;
import io.oxbow.broker.balance.BalanceSettings;
import io.oxbow.broker.control.Voter;
import io.oxbow.node.cluster.SchemaCalls;
import io.oxbow.node.config.HostPort;
import io.oxbow.node.config.NodeConfig;
import io.oxbow.node.member.BalanceView;
import io.oxbow.node.member.ClusterView;
import io.oxbow.node.member.Cordons;
import io.oxbow.node.member.NodeStatus;
import io.oxbow.node.member.NodeStatuses;
import io.oxbow.node.rpc.RpcBrokerCalls;
import io.oxbow.node.rpc.RpcControllerLink;
import io.oxbow.node.rpc.RpcLeader;
import io.oxbow.node.rpc.RpcMethod;
import io.oxbow.node.rpc.RpcPeers;
import io.oxbow.node.rpc.RpcServer;
import io.oxbow.node.rpc.RpcTls;
import io.oxbow.node.rpc.RpcTrafficLink;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.cluster.Admission;
import io.oxbow.s3stream.cluster.ContactService;
import io.oxbow.s3stream.cluster.Contacts;
import io.oxbow.s3stream.cluster.DeadNodes;
import io.oxbow.s3stream.cluster.NodeFences;
import io.oxbow.s3stream.cluster.SlotPush;
import io.oxbow.s3stream.cluster.Succession;
import io.oxbow.s3stream.engine.NodeStreams;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.env.Policy;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.Membership;
import io.oxbow.s3stream.log.BucketMetadataLog;
import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.s3stream.peer.AppendCodec;
import io.oxbow.s3stream.peer.AppendService;
import io.oxbow.s3stream.peer.ForwardedLog;
import io.oxbow.s3stream.peer.PeerLink;
import io.oxbow.s3stream.peer.PushCodec;
import io.oxbow.s3stream.peer.PushService;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This process among the others of its cluster: the calls that it takes and makes. */
final class ClusterMember {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterMember.class);

    private static final Duration OTHERS_LIMIT = Duration.ofSeconds(5);

    /** Silence in which several signs of life should have come. */
    private static final Duration OVERDUE = Duration.ofSeconds(2);

    private static final Duration OTHERS_PAUSE = Duration.ofMillis(50);

    private final RpcServer server;
    private final RpcPeers peers;
    private final BucketMetadataLog local;
    private final UUID incarnation;
    private final RpcLeader leader;
    private final MetadataLog log;
    private final Contacts contacts;
    private final Environment environment;
    private final NodeStatuses statuses;
    private volatile Supplier<NodeStatus> status = () -> NodeStatus.STARTING;
    private @Nullable Succession succession;

    private ClusterMember(
            RpcServer server,
            RpcPeers peers,
            BucketMetadataLog local,
            UUID incarnation,
            Environment environment) {
        this.server = server;
        this.peers = peers;
        this.local = local;
        this.incarnation = incarnation;
        this.leader = new RpcLeader(peers, local::image, this::status);
        this.log = new ForwardedLog(local, leader);
        this.contacts = new Contacts(environment.clock());
        this.environment = environment;
        this.statuses = new NodeStatuses(environment.clock());
        var heard = new ContactService(incarnation, local, contacts);
        server.serve(RpcMethod.CONTACT, bytes -> RpcLeader.serveContact(bytes, heard, statuses));
        server.serve(RpcMethod.HELLO, bytes -> RpcLeader.serveHello(incarnation));
        var pushes = new PushService(incarnation, local);
        server.serve(
                RpcMethod.PUSH,
                bytes -> {
                    PushCodec.Request request = PushCodec.readRequest(bytes);
                    return PushCodec.writeAnswer(pushes.push(request.callee(), request.slots()));
                });
        var appends = new AppendService(incarnation, local);
        server.serve(
                RpcMethod.APPEND,
                bytes -> {
                    AppendCodec.Request request = AppendCodec.readRequest(bytes);
                    return AppendCodec.write(
                            appends.append(
                                    request.callee(), request.leaderEpoch(), request.records()));
                });
    }

    /** Binds the port for calls, and takes appends from then on. */
    static ClusterMember open(
            NodeConfig.Rpc rpc,
            BucketMetadataLog local,
            UUID incarnation,
            Environment environment,
            Resources resources) {
        RpcTls tls = rpc.certificates().map(RpcTls::of).orElse(RpcTls.NONE);
        RpcServer server =
                resources.add(
                        RpcServer.bind(
                                rpc.listener(),
                                tls,
                                environment.health().background("rpc", Policy.RETRY),
                                environment));
        LOG.info("other nodes call {}", server.address());
        RpcPeers peers = resources.add(new RpcPeers(tls));
        return new ClusterMember(server, peers, local, incarnation, environment);
    }

    String endpoint() {
        return server.address().toString();
    }

    /** Returns the metadata log, whose appends reach the leader. */
    MetadataLog log() {
        return log;
    }

    /**
     * Blocks until all that the metadata log held is applied here; false when that is not known
     * within {@code limit}.
     */
    boolean awaitEnd(Duration limit) throws InterruptedException {
        return local.awaitEnd(limit);
    }

    UUID incarnation() {
        return incarnation;
    }

    /** Returns the way to call other nodes. */
    RpcPeers peers() {
        return peers;
    }

    /** Takes other nodes' questions for schemas. */
    void serveSchemas(SchemaCalls schemas) {
        server.serve(RpcMethod.SCHEMA, bytes -> schemas.serve(bytes, incarnation));
    }

    /** Returns the way to ask other processes which they are. */
    PeerLink link() {
        return leader;
    }

    /**
     * Returns the broker's place among the others.
     *
     * @param balance settings of its balancer
     */
    ClusterSeat seat(BalanceSettings balance) {
        return new ClusterSeat(
                new RpcControllerLink(peers, leader, local),
                this::isPlaceable,
                this::voters,
                new RpcBrokerCalls(peers, local::image),
                new RpcTrafficLink(peers, local::image),
                balance);
    }

    private List<Voter> voters() {
        return local.image().nodes().stream()
                .filter(node -> !node.fenced())
                .map(this::voter)
                .toList();
    }

    private Voter voter(CoreImage.NodeState node) {
        long now = environment.clock().wallMillis();
        if (node.incarnation().equals(incarnation)) {
            return new Voter(node.nodeId(), local.leadership().slot(), now);
        }
        return statuses.of(node.nodeEpoch())
                .map(told ->
                        new Voter(node.nodeId(), told.status().slot(), now - told.age().toMillis()))
                .orElseGet(() -> new Voter(node.nodeId(), -1, -1));
    }

    /** Returns true if a node may have more partitions; the leader alone knows who is overdue. */
    private boolean isPlaceable(int nodeId) {
        boolean up = local.leadership().here() ? isHeard(nodeId) : isLive(nodeId);
        return up && !Cordons.isCordoned(local.image(), nodeId);
    }

    private boolean isLive(int nodeId) {
        return local.image().node(nodeId).filter(node -> !node.fenced()).isPresent();
    }

    /** Returns true for this node, and for one whose last sign of life is not overdue. */
    private boolean isHeard(int nodeId) {
        return local.image()
                .node(nodeId)
                .filter(node -> !node.fenced())
                .filter(node -> node.incarnation().equals(incarnation) || isHeard(node))
                .isPresent();
    }

    private boolean isHeard(CoreImage.NodeState node) {
        return statuses.of(node.nodeEpoch())
                .filter(told -> told.age().compareTo(OVERDUE) < 0)
                .isPresent();
    }

    private NodeStatus status() {
        return status.get();
    }

    /** Returns the statuses that other nodes have told. */
    NodeStatuses statuses() {
        return statuses;
    }

    /** Tells the leader this status from now on, and describes the cluster to those that ask. */
    void tell(Supplier<NodeStatus> own, ClusterView view, BalanceView balance) {
        status = own;
        server.serve(
                RpcMethod.BALANCE, bytes -> RpcLeader.serveAsk(bytes, incarnation, balance::json));
        server.serve(
                RpcMethod.CLUSTER, bytes -> RpcLeader.serveAsk(bytes, incarnation, view::json));
    }

    /** Returns the leader's answer to a question, or what is known here if it has none. */
    byte[] ask(RpcMethod method, Supplier<byte[]> here) {
        MetadataLog.Leadership leadership = local.leadership();
        return leadership.here() ? here.get() : leader.ask(leadership, method).orElseGet(here);
    }

    /** Waits until the id and the addresses of this process are free for its registration. */
    void awaitAdmission(int nodeId, Membership own) {
        try {
            new Admission(
                            local,
                            leader,
                            HostPort::isLoopbackEndpoint,
                            NodeFences.Patience.usual(),
                            environment)
                    .await(nodeId, own);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new S3StreamException(
                    "interrupted before the registration of node %d".formatted(nodeId),
                    S3StreamException.Retry.FATAL,
                    e);
        }
    }

    /** Keeps contact with the leader, succeeds it, and pushes the log to others as leader. */
    void stay(int nodeId, UUID incarnation, Predicate<UUID> ended, Resources resources) {
        resources.add(new SlotPush(incarnation, local, leader, environment).start());
        succession =
                resources.add(
                        new Succession(
                                        log,
                                        leader,
                                        ended,
                                        contacts,
                                        nodeId,
                                        incarnation,
                                        environment)
                                .start());
    }

    /**
     * Ends the contact with the leader, as this node ends: it fences itself when it is empty. A
     * node that leads the metadata log and is drained leaves it to another first, or sees others to
     * their end when they all leave, too: nobody would succeed it.
     *
     * @param othersStay whether another broker serves on
     */
    void leave(boolean drained, boolean othersStay) {
        if (succession != null) {
            succession.close();
        }
        if (drained && local.leadership().here() && othersLive()) {
            if (othersStay) {
                resign();
            } else if (!isSoon(() -> !othersLive())) {
                LOG.warn("other nodes have not ended yet, and this one leads the log");
            }
        }
    }

    private boolean othersLive() {
        return local.image().nodes().stream()
                .anyMatch(node -> !node.fenced() && !node.incarnation().equals(incarnation));
    }

    /** Resigns, and waits for the successor: the end of this node still has to be written. */
    private void resign() {
        local.application().resign(local.leadership().leaderEpoch());
        if (!isSoon(() -> !local.leadership().here() && local.leadership().nodeId() >= 0)) {
            LOG.warn("nobody has succeeded this node as the leader of the log yet");
        }
    }

    /** Waits until the log shows something, for a while; false if it did not. */
    private boolean isSoon(BooleanSupplier shown) {
        long began = environment.clock().nanoTime();
        try {
            while (!shown.getAsBoolean()) {
                if (environment.clock().nanoTime() - began >= OTHERS_LIMIT.toNanos()) {
                    return false;
                }
                local.look();
                environment.clock().sleep(OTHERS_PAUSE);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Recovers what nodes that are gone have acked. */
    void recoverOthers(int nodeId, NodeStreams streams, Resources resources) {
        resources.add(new DeadNodes(nodeId, log, streams, environment).start());
    }

    /**
     * Takes requests for the controller from other brokers; fences silent nodes and gives their
     * partitions away while this process leads.
     */
    void serve(Broker broker, Resources resources) {
        resources.add(
                new NodeFences(
                                incarnation,
                                local,
                                leader,
                                contacts,
                                NodeFences.Patience.usual(),
                                dead -> giveAway(broker, dead),
                                environment)
                        .start());
        UnaryOperator<byte[]> transactions =
                bytes -> RpcBrokerCalls.serve(bytes, incarnation, broker.brokerRequests()::serve);
        server.serve(RpcMethod.TRANSACTION, transactions);
        server.serve(RpcMethod.MARKERS, transactions);
        server.serve(
                RpcMethod.TRAFFIC,
                bytes -> RpcTrafficLink.serve(bytes, incarnation, broker::counts));
        server.serve(
                RpcMethod.CONTROLLER,
                bytes ->
                        RpcControllerLink.serve(
                                bytes, incarnation, broker.controllerService(), local));
    }

    /**
     * Gives away what a dead node leads, and ends the moves to it; the controller's indexes say at
     * once when that is nothing.
     */
    private void giveAway(Broker broker, int dead) {
        broker.controlPlane()
                .controller()
                .handOver(dead, takers(dead))
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        LOG.warn("partitions of node {} stay: {}", dead, failure + "");
                        return;
                    }
                    if (done.given() > 0) {
                        LOG.info("{} partitions of node {} are given away", done.given(), dead);
                    }
                    if (done.kept() > 0) {
                        LOG.info("{} moves to node {} have ended without it", done.kept(), dead);
                    }
                });
    }

    /**
     * Returns who may have partitions of a dead node: cordoned ones, too, if there are no others.
     */
    private IntPredicate takers(int dead) {
        IntPredicate placeable = this::isPlaceable;
        boolean some =
                local.image().nodes().stream()
                        .mapToInt(CoreImage.NodeState::nodeId)
                        .anyMatch(placeable);
        return broker -> broker == dead || !some ? isLive(broker) : placeable.test(broker);
    }
}
