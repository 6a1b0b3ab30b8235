package io.oxbow.s3stream.cluster;

import io.oxbow.s3stream.env.Clock;
import io.oxbow.s3stream.env.Component;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.env.Policy;
import io.oxbow.s3stream.env.Rounds;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.image.WalKind;
import io.oxbow.s3stream.log.FollowedLog;
import io.oxbow.s3stream.log.LogAppendException;
import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.s3stream.peer.PeerLink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fences nodes that have been silent for too long, while this process leads the metadata log. Gives
 * away what fenced nodes led.
 *
 * <p>Silence is one leader's own judgement. It is written by that leader or by nobody: a process
 * that stood still and leads no more has heard nobody, and its fences, passed on to the next
 * leader, would take the whole cluster down. One that stood still and leads yet begins to count
 * anew.
 */
public final class NodeFences implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(NodeFences.class);
    private static final Duration LOOK = Duration.ofMillis(500);

    /**
     * Silence after which a node is fenced.
     *
     * @param recoverable whose write-ahead log others can read
     * @param other whose log would have to be waited for: a machine that comes back in seconds
     *     keeps it
     */
    public record Patience(Duration recoverable, Duration other) {
        public static Patience usual() {
            return new Patience(Duration.ofSeconds(9), Duration.ofSeconds(30));
        }

        Duration of(WalKind kind) {
            return kind == WalKind.OBJECT ? recoverable : other;
        }
    }

    /** Time between two looks after which this process has stood still itself. */
    private static final Duration STOOD_STILL = Duration.ofSeconds(2);

    /** Time after standing still in which members may ask in the bucket whether this one lives. */
    private static final Duration QUESTIONS_AFTER = Duration.ofSeconds(10);

    private final UUID self;
    private final FollowedLog log;
    private final PeerLink peers;
    private final Contacts contacts;
    private final Patience patience;
    private final IntConsumer giveAway;
    private final Clock clock;
    private final Rounds rounds;

    /** Answers of silent epochs that were called; the thread's alone, as what follows. */
    private final Map<Long, CompletableFuture<Boolean>> called = new HashMap<>();

    /** Time at which this process was seen running last. */
    private long ranAt;

    /** Time at which it was seen to have stood still last; as if it had before it started. */
    private long stoodAt;

    /**
     * @param self incarnation of this process
     * @param log of this process
     * @param peers reaches a silent node once more, before it is fenced
     * @param giveAway gives the partitions of a node, by its id, to others; called again until none
     *     is left
     */
    public NodeFences(
            UUID self,
            FollowedLog log,
            PeerLink peers,
            Contacts contacts,
            Patience patience,
            IntConsumer giveAway,
            Environment environment) {
        this.self = self;
        this.log = log;
        this.peers = peers;
        this.contacts = contacts;
        this.patience = patience;
        this.giveAway = giveAway;
        this.clock = environment.clock();
        this.ranAt = clock.nanoTime();
        this.stoodAt = ranAt;
        Component health = environment.health().background("node-fences", Policy.END_PROCESS);
        this.rounds = new Rounds(environment, health, LOOK, this::look);
    }

    public NodeFences start() {
        rounds.start();
        return this;
    }

    void look() {
        stoodStill();
        MetadataLog.Leadership leadership = log.leadership();
        if (!leadership.here()) {
            called.clear();
            return;
        }
        boolean missed = false;
        var silent = new ArrayList<CoreImage.NodeState>();
        for (CoreImage.NodeState node : log.image().nodes()) {
            if (node.incarnation().equals(self)) {
                continue;
            }
            if (!node.fenced()) {
                missed |= contacts.misses(leadership.leaderEpoch(), node.nodeEpoch());
                if (isSilent(leadership.leaderEpoch(), node)
                        && isUnreachable(leadership.leaderEpoch(), node)) {
                    silent.add(node);
                }
            } else if (node.walKind() == WalKind.OBJECT || node.unrecovered().isEmpty()) {
                giveAway.accept(node.nodeId());
            }
        }
        // Who is silent here may hear nothing either, and ask in the bucket whether this one lives.
        log.expectQuestions(missed || clock.nanoTime() - stoodAt < QUESTIONS_AFTER.toNanos());
        // A stop since the look began makes everybody silent.
        if (!silent.isEmpty() && !stoodStill()) {
            fence(leadership.leaderEpoch(), silent);
        }
    }

    /** Returns true if this process stood still since it was seen running; then counts anew. */
    private boolean stoodStill() {
        long before = ranAt;
        ranAt = clock.nanoTime();
        boolean stood = ranAt - before > STOOD_STILL.toNanos();
        if (stood) {
            // Whom it misses is forgotten; a question of theirs may lie in the bucket already.
            stoodAt = ranAt;
            contacts.beginAnew();
            called.clear();
        }
        return stood;
    }

    private boolean isSilent(int leaderEpoch, CoreImage.NodeState node) {
        Duration silence = contacts.silence(leaderEpoch, node.nodeEpoch());
        return silence.compareTo(patience.of(node.walKind())) > 0;
    }

    /**
     * Returns true once a silent node has not answered a call either. One that answers lives, and
     * may not have heard yet who leads.
     */
    private boolean isUnreachable(int leaderEpoch, CoreImage.NodeState node) {
        CompletableFuture<Boolean> answer =
                called.computeIfAbsent(node.nodeEpoch(), epoch -> peers.hello(node));
        if (!answer.isDone()) {
            return false;
        }
        called.remove(node.nodeEpoch());
        if (answer.join()) {
            LOG.info("node {} keeps no contact, and answers a call", node.nodeId());
            contacts.heard(leaderEpoch, node.nodeEpoch(), false);
            return false;
        }
        return true;
    }

    private void fence(int leaderEpoch, List<CoreImage.NodeState> silent) {
        var fences = new ArrayList<CoreRecord>();
        for (CoreImage.NodeState node : silent) {
            LOG.warn(
                    "node {} (epoch {}, {}) has been silent for too long: fencing it",
                    node.nodeId(),
                    node.nodeEpoch(),
                    node.endpoint());
            fences.add(new CoreRecord.FenceNode(node.nodeId(), node.nodeEpoch()));
        }
        try {
            log.appendAt(leaderEpoch, fences);
            // The partitions of a log on a disk wait for it; see the look.
            silent.stream()
                    .filter(node -> node.walKind() == WalKind.OBJECT)
                    .forEach(node -> giveAway.accept(node.nodeId()));
        } catch (LogAppendException e) {
            LOG.warn("{} nodes are not fenced yet: {}", silent.size(), e.getMessage());
        }
    }

    @Override
    public void close() {
        rounds.close();
    }
}
