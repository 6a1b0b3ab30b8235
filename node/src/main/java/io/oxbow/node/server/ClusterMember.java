package io.oxbow.node.server;

import io.oxbow.broker.Broker;
import io.oxbow.broker.ClusterSeat;
import io.oxbow.node.cluster.SchemaCalls;
import io.oxbow.node.config.HostPort;
import io.oxbow.node.rpc.RpcControllerLink;
import io.oxbow.node.rpc.RpcLeader;
import io.oxbow.node.rpc.RpcMethod;
import io.oxbow.node.rpc.RpcPeers;
import io.oxbow.node.rpc.RpcServer;
import io.oxbow.s3stream.cluster.ContactService;
import io.oxbow.s3stream.cluster.Contacts;
import io.oxbow.s3stream.cluster.DeadNodes;
import io.oxbow.s3stream.cluster.NodeFences;
import io.oxbow.s3stream.cluster.Succession;
import io.oxbow.s3stream.engine.NodeStreams;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.env.Policy;
import io.oxbow.s3stream.log.BucketMetadataLog;
import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.s3stream.peer.AppendCodec;
import io.oxbow.s3stream.peer.AppendService;
import io.oxbow.s3stream.peer.ForwardedLog;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This process among the others of its cluster: the calls that it takes and makes. */
final class ClusterMember {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterMember.class);

    private static final Duration SUCCESSOR_LIMIT = Duration.ofSeconds(5);
    private static final Duration SUCCESSOR_PAUSE = Duration.ofMillis(50);

    private final RpcServer server;
    private final RpcPeers peers;
    private final BucketMetadataLog local;
    private final UUID incarnation;
    private final RpcLeader leader;
    private final MetadataLog log;
    private final Contacts contacts;
    private final Environment environment;
    private @Nullable Succession succession;

    private void giveAway(Broker broker, int dead) {
        if (broker.metadata().image().topics().topicsById().values().stream()
                .flatMap(topic -> topic.partitions().values().stream())
                .noneMatch(partition -> partition.isr.length > 0 && partition.isr[0] == dead)) {
            return;
        }
        broker.controlPlane()
                .controller()
                .handOver(dead, seat().placeable())
                .whenComplete((count, failure) -> {
                    if (failure != null) {
                        LOG.warn("partitions of node {} stay: {}", dead, failure + "");
                    } else if (count > 0) {
                        LOG.info("{} partitions of node {} are given away", count, dead);
                    }
                });
    }

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
        this.leader = new RpcLeader(peers, local::image);
        this.log = new ForwardedLog(local, leader);
        this.contacts = new Contacts(environment.clock());
        this.environment = environment;
        var heard = new ContactService(incarnation, local, contacts);
        server.serve(RpcMethod.CONTACT, bytes -> RpcLeader.serveContact(bytes, heard));
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

    /** Binds a port for calls on the host of HTTP, and takes appends from then on. */
    static ClusterMember open(
            HostPort http,
            BucketMetadataLog local,
            UUID incarnation,
            Environment environment,
            Resources resources) {
        RpcServer server =
                resources.add(
                        RpcServer.bind(
                                new HostPort(http.host(), 0),
                                environment.health().background("rpc", Policy.RETRY),
                                environment.threads()));
        RpcPeers peers = resources.add(new RpcPeers());
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

    /** Returns true if the log's leader takes calls of other nodes. */
    boolean canFollow() {
        return leader.endpoint(local.leadership()).isPresent();
    }

    /** Returns the broker's place among the others. */
    ClusterSeat seat() {
        return new ClusterSeat(
                new RpcControllerLink(peers, leader, local),
                broker -> local.image().node(broker).filter(node -> !node.fenced()).isPresent());
    }

    /** Keeps contact with the leader, and succeeds it. */
    void stay(int nodeId, UUID incarnation, Predicate<UUID> ended, Resources resources) {
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
     * Ends the contact with the leader, as this node ends: it fences itself when it is empty.
     *
     * @param resigns whether the metadata log is left to another node first, if this one leads it
     */
    void leave(boolean resigns) {
        if (succession != null) {
            succession.close();
        }
        if (resigns && local.leadership().here() && othersLive()) {
            resign();
        }
    }

    private boolean othersLive() {
        return local.image().nodes().stream()
                .anyMatch(node -> !node.fenced() && !node.incarnation().equals(incarnation));
    }

    /** Resigns, and waits for the successor: the end of this node still has to be written. */
    private void resign() {
        local.application().resign(local.leadership().leaderEpoch());
        long began = environment.clock().nanoTime();
        try {
            while (local.leadership().here() || local.leadership().nodeId() < 0) {
                if (environment.clock().nanoTime() - began >= SUCCESSOR_LIMIT.toNanos()) {
                    LOG.warn("nobody has succeeded this node as the leader of the log yet");
                    return;
                }
                local.look();
                environment.clock().sleep(SUCCESSOR_PAUSE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
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
    void serve(int nodeId, Broker broker, Resources resources) {
        resources.add(
                new NodeFences(
                                nodeId,
                                local,
                                contacts,
                                NodeFences.Patience.usual(),
                                dead -> giveAway(broker, dead),
                                environment)
                        .start());
        server.serve(
                RpcMethod.CONTROLLER,
                bytes ->
                        RpcControllerLink.serve(
                                bytes, incarnation, broker.controllerService(), local));
    }
}
