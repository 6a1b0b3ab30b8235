package io.oxbow.s3stream.cluster;

import io.oxbow.s3stream.env.Clock;
import io.oxbow.s3stream.env.Component;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.env.Policy;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.image.WalKind;
import io.oxbow.s3stream.log.FollowedLog;
import io.oxbow.s3stream.log.LogAppendException;
import io.oxbow.s3stream.log.MetadataLog;
import java.time.Duration;
import java.util.List;
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

    private final int self;
    private final FollowedLog log;
    private final Contacts contacts;
    private final Patience patience;
    private final IntConsumer giveAway;
    private final Clock clock;
    private final Rounds rounds;

    /** Time of the last look; the thread's alone. */
    private long lookedAt;

    /**
     * @param log of this process
     * @param giveAway gives the partitions of a node, by its id, to others; called again until none
     *     is left
     */
    public NodeFences(
            int self,
            FollowedLog log,
            Contacts contacts,
            Patience patience,
            IntConsumer giveAway,
            Environment environment) {
        this.self = self;
        this.log = log;
        this.contacts = contacts;
        this.patience = patience;
        this.giveAway = giveAway;
        this.clock = environment.clock();
        this.lookedAt = clock.nanoTime();
        Component health = environment.health().background("node-fences", Policy.END_PROCESS);
        this.rounds = new Rounds(environment, health, LOOK, this::look);
    }

    public NodeFences start() {
        rounds.start();
        return this;
    }

    private void look() {
        long before = lookedAt;
        lookedAt = clock.nanoTime();
        if (lookedAt - before > STOOD_STILL.toNanos()) {
            contacts.beginAnew();
        }
        MetadataLog.Leadership leadership = log.leadership();
        if (!leadership.here()) {
            return;
        }
        boolean missed = false;
        for (CoreImage.NodeState node : log.image().nodes()) {
            if (node.nodeId() == self) {
                continue;
            }
            if (!node.fenced()) {
                missed |= contacts.misses(leadership.leaderEpoch(), node.nodeEpoch());
                fenceIfSilent(leadership.leaderEpoch(), node);
            } else if (node.walKind() == WalKind.OBJECT || node.unrecovered().isEmpty()) {
                giveAway.accept(node.nodeId());
            }
        }
        // Who is silent here may hear nothing either, and ask in the bucket whether this one lives.
        log.expectQuestions(missed);
    }

    private void fenceIfSilent(int leaderEpoch, CoreImage.NodeState node) {
        Duration silence = contacts.silence(leaderEpoch, node.nodeEpoch());
        if (silence.compareTo(patience.of(node.walKind())) <= 0) {
            return;
        }
        LOG.warn(
                "node {} (epoch {}, {}) has been silent for {} ms: fencing it",
                node.nodeId(),
                node.nodeEpoch(),
                node.endpoint(),
                silence.toMillis());
        try {
            log.appendAt(
                    leaderEpoch,
                    List.of(new CoreRecord.FenceNode(node.nodeId(), node.nodeEpoch())));
            giveAway.accept(node.nodeId());
        } catch (LogAppendException e) {
            LOG.warn("node {} is not fenced yet: {}", node.nodeId(), e.getMessage());
        }
    }

    @Override
    public void close() {
        rounds.close();
    }
}
