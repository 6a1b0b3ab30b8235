package io.oxbow.s3stream.cluster;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.image.Membership;
import io.oxbow.s3stream.log.FollowedLog;
import io.oxbow.s3stream.log.LogAppendException;
import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.s3stream.peer.PeerLink;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits until a node's id and addresses are free, before the process registers. A holder that
 * answers keeps them, and the process writes nothing. One that is silent is fenced by the leader; a
 * process that leads the log itself, and cannot be reached before it has registered, calls the
 * holder instead of waiting for its contacts.
 */
public final class Admission {

    private static final Logger LOG = LoggerFactory.getLogger(Admission.class);
    private static final Duration LOOK = Duration.ofMillis(500);

    /** Time beyond the patience in which a leader fences whom it does not hear. */
    private static final Duration BEYOND = Duration.ofSeconds(15);

    private final FollowedLog log;
    private final PeerLink peers;
    private final Predicate<String> isLoopback;
    private final NodeFences.Patience patience;
    private final Environment environment;

    /**
     * @param isLoopback whether only its own machine can call an address
     */
    public Admission(
            FollowedLog log,
            PeerLink peers,
            Predicate<String> isLoopback,
            NodeFences.Patience patience,
            Environment environment) {
        this.log = log;
        this.peers = peers;
        this.isLoopback = isLoopback;
        this.patience = patience;
        this.environment = environment;
    }

    /** Another node that has what a process needs for itself. */
    private record Obstacle(CoreImage.NodeState holder, String what) {}

    /**
     * Blocks until the registration of {@code own} would not be refused for another's sake.
     *
     * @throws S3StreamException FATAL when the holder lives, or is not fenced in time
     */
    public void await(int nodeId, Membership own) throws InterruptedException {
        requireNotRemoved(nodeId);
        requireReachable(nodeId, own);
        long beganAt = environment.clock().nanoTime();
        int countedAt = -1;
        long silentSince = beganAt;
        Optional<Obstacle> found;
        while ((found = obstacle(nodeId, own)).isPresent()) {
            Obstacle obstacle = found.get();
            if (peers.hello(obstacle.holder()).join()) {
                throw refused(obstacle, "which answers");
            }
            MetadataLog.Leadership leadership = log.leadership();
            long now = environment.clock().nanoTime();
            if (countedAt != leadership.leaderEpoch()) {
                countedAt = leadership.leaderEpoch();
                silentSince = now;
                LOG.warn("{}, which does not answer; waiting until it is fenced", text(obstacle));
            }
            Duration limit = patience.of(obstacle.holder().walKind());
            if (now - beganAt > limit.plus(BEYOND).toNanos()) {
                throw refused(obstacle, "which is not fenced yet");
            }
            if (leadership.here() && now - silentSince > limit.toNanos()) {
                fence(leadership.leaderEpoch(), obstacle.holder());
            }
            environment.clock().sleep(LOOK);
        }
    }

    private void requireNotRemoved(int nodeId) {
        if (log.image().isRemoved(nodeId)) {
            throw new S3StreamException(
                    "node id %d was removed, and is not given again: leave node.id out, or take one above %d"
                            .formatted(nodeId, log.image().lastNodeId()),
                    S3StreamException.Retry.FATAL,
                    null);
        }
    }

    /**
     * Refuses addresses that only this machine can call, beside a node that others can call and
     * that is there.
     */
    private void requireReachable(int nodeId, Membership own) {
        String loopback = loopbackOf(own);
        if (loopback == null) {
            return;
        }
        List<CoreImage.NodeState> others =
                others(nodeId).filter(node -> loopbackOf(node.membership()) == null).toList();
        List<CompletableFuture<Boolean>> answers = others.stream().map(peers::hello).toList();
        for (int i = 0; i < others.size(); i++) {
            if (answers.get(i).join()) {
                throw new S3StreamException(
                        "only this machine can call %s, and node %d at %s is on another: set advertised.listeners and oxbow.rpc.listener to addresses that the other nodes can call, and name 'rpc' in oxbow.insecure.listeners"
                                .formatted(
                                        loopback, others.get(i).nodeId(), others.get(i).endpoint()),
                        S3StreamException.Retry.FATAL,
                        null);
            }
        }
    }

    private Stream<CoreImage.NodeState> others(int nodeId) {
        return log.image().nodes().stream()
                .filter(node -> node.nodeId() != nodeId)
                .filter(node -> !node.fenced() && !node.membership().isAlone());
    }

    private @Nullable String loopbackOf(Membership membership) {
        return Stream.concat(
                        Stream.of(membership.rpcEndpoint()), membership.clientEndpoints().stream())
                .filter(isLoopback)
                .findFirst()
                .orElse(null);
    }

    /** Returns who has the id or an address of {@code own} and is none that it may follow. */
    private Optional<Obstacle> obstacle(int nodeId, Membership own) {
        Optional<Obstacle> sameId =
                log.image()
                        .node(nodeId)
                        .filter(node -> !node.fenced() && !node.membership().isAlone())
                        .filter(node ->
                                !own.hasSecret()
                                        || !own.secret().equals(node.membership().secret()))
                        .map(node -> new Obstacle(node, "node id %d".formatted(nodeId)));
        return sameId.or(() ->
                others(nodeId)
                        .filter(node -> own.sharedWith(node.membership()) != null)
                        .findFirst()
                        .map(node -> new Obstacle(node, address(own, node.membership()))));
    }

    private static String address(Membership own, Membership other) {
        String shared = own.sharedWith(other);
        return own.rpcEndpoint().equals(shared)
                ? "%s (oxbow.rpc.listener)".formatted(shared)
                : "%s (advertised.listeners, or listeners without them)".formatted(shared);
    }

    private void fence(int leaderEpoch, CoreImage.NodeState holder) {
        try {
            log.appendAt(
                    leaderEpoch,
                    List.of(new CoreRecord.FenceNode(holder.nodeId(), holder.nodeEpoch())));
            LOG.warn("node {} (epoch {}) is fenced", holder.nodeId(), holder.nodeEpoch());
        } catch (LogAppendException e) {
            LOG.warn("node {} is not fenced yet: {}", holder.nodeId(), e.getMessage());
        }
    }

    private static String text(Obstacle obstacle) {
        return "%s is held by node %d at %s"
                .formatted(
                        obstacle.what(), obstacle.holder().nodeId(), obstacle.holder().endpoint());
    }

    private static S3StreamException refused(Obstacle obstacle, String how) {
        return new S3StreamException(
                "%s, %s; give this node another, or none for its id".formatted(text(obstacle), how),
                S3StreamException.Retry.FATAL,
                null);
    }
}
