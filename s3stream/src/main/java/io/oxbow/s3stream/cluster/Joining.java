package io.oxbow.s3stream.cluster;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.env.Clock;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.log.FollowedLog;
import io.oxbow.s3stream.log.LeaderAliveException;
import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.s3stream.peer.PeerLink;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * First step of a process into its cluster. It leads the metadata log if nobody else does, or finds
 * a leader that it can call; a leader that lives and cannot be called is a reason to end.
 */
public final class Joining {

    private static final Logger LOG = LoggerFactory.getLogger(Joining.class);
    private static final Duration LOOK = Duration.ofMillis(200);

    /** Time in which a leader that is well must have answered a call. Machines can be busy. */
    private static final Duration REACH = Duration.ofSeconds(30);

    /** The same for a leader whose address is on loopback, which most newcomers never reach. */
    private static final Duration LOOPBACK_REACH = Duration.ofSeconds(15);

    /** Time after which a leader that has not registered is asked again if it is there. */
    private static final Duration REGISTRATION = Duration.ofSeconds(30);

    private final FollowedLog log;
    private final String bucket;
    private final MetadataLog.LeaderCheck check;
    private final PeerLink peers;
    private final Predicate<String> isLoopback;
    private final Clock clock;

    /**
     * @param bucket as people know it
     * @param isLoopback whether only its own machine can call an address
     */
    public Joining(
            FollowedLog log,
            String bucket,
            MetadataLog.LeaderCheck check,
            PeerLink peers,
            Predicate<String> isLoopback,
            Clock clock) {
        this.log = log;
        this.bucket = bucket;
        this.check = check;
        this.peers = peers;
        this.isLoopback = isLoopback;
        this.clock = clock;
    }

    /**
     * Blocks until this process leads the log, or a leader has answered its call.
     *
     * @param startable throws when this process could not start, before anything is changed
     * @throws S3StreamException FATAL when the leader is well, and cannot be called
     */
    public void join(Runnable startable) {
        requireStartable(startable);
        // As a leader it is asked in the bucket alone, until it has registered.
        log.expectQuestions(true);
        try {
            while (!leads() && !isCalled(log.leadership())) {}
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new S3StreamException(
                    "interrupted while joining", S3StreamException.Retry.FATAL, e);
        }
        log.join();
    }

    /**
     * Fails if this process could not start. What it lacks is told later, and better, when the
     * leader is well: the one that has this node's id may be another process.
     */
    private void requireStartable(Runnable startable) {
        try {
            startable.run();
        } catch (S3StreamException e) {
            MetadataLog.Leadership leader = log.leadership();
            if (leader.nodeId() < 0 || check.ask(leader) != MetadataLog.LeaderSign.WELL) {
                throw e;
            }
        }
    }

    /** Takes the log over if its leader does not live; returns true once this process leads. */
    private boolean leads() {
        try {
            log.takeOver(check);
            return true;
        } catch (LeaderAliveException e) {
            return false;
        }
    }

    /** Returns true once a leader has answered; false when it is not the leader any more. */
    private boolean isCalled(MetadataLog.Leadership leader) throws InterruptedException {
        long began = clock.nanoTime();
        while (isStill(leader)) {
            Optional<CoreImage.NodeState> node =
                    log.image()
                            .node(leader.nodeId())
                            .filter(each -> each.incarnation().equals(leader.incarnation()));
            Duration waited = Duration.ofNanos(clock.nanoTime() - began);
            if (node.isEmpty() && waited.compareTo(REGISTRATION) > 0) {
                return false;
            }
            if (node.isPresent()) {
                if (node.get().membership().isAlone()) {
                    throw isAlone(node.get());
                }
                if (peers.hello(node.get()).join()) {
                    LOG.info("joining: node {} leads the metadata log", leader.nodeId());
                    return true;
                }
                if (waited.compareTo(reach(node.get())) > 0) {
                    throw isOutOfReach(node.get());
                }
            }
            clock.sleep(LOOK);
        }
        return false;
    }

    private Duration reach(CoreImage.NodeState leader) {
        return isLoopback.test(leader.membership().rpcEndpoint()) ? LOOPBACK_REACH : REACH;
    }

    private boolean isStill(MetadataLog.Leadership leader) {
        MetadataLog.Leadership now = log.leadership();
        return now.leaderEpoch() == leader.leaderEpoch() && now.nodeId() == leader.nodeId();
    }

    private S3StreamException isAlone(CoreImage.NodeState leader) {
        return refused(
                "node %d, which names itself %s, leads %s and is well: it is of a version that shares its bucket with no other node. Nothing was changed; bring that node to this version first, or use another oxbow.lineage"
                        .formatted(leader.nodeId(), leader.endpoint(), bucket));
    }

    private S3StreamException isOutOfReach(CoreImage.NodeState leader) {
        String endpoint = leader.membership().rpcEndpoint();
        String remedy =
                isLoopback.test(endpoint)
                        ? "which only its own machine can: set oxbow.rpc.listener there to an address that other nodes can call, and name 'rpc' in oxbow.insecure.listeners"
                        : "which this machine cannot: open the way between the two, or set oxbow.rpc.listener there to another address";
        return refused(
                "node %d leads %s and is well. Other nodes have to call it at %s, %s. Nothing was changed"
                        .formatted(leader.nodeId(), bucket, endpoint, remedy));
    }

    private static S3StreamException refused(String why) {
        return new S3StreamException(why, S3StreamException.Retry.FATAL, null);
    }
}
