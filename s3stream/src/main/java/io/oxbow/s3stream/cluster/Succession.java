package io.oxbow.s3stream.cluster;

import io.oxbow.s3stream.FencedException;
import io.oxbow.s3stream.env.Component;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.env.Policy;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.log.LeaderAliveException;
import io.oxbow.s3stream.log.LogAppendException;
import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.s3stream.peer.LeaderLink;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a member in contact with the leader of the metadata log, and takes the log over when nobody
 * leads it. A member that finds its own epoch fenced fails the component {@code membership}, and
 * with it the process.
 */
public final class Succession implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Succession.class);
    private static final Duration LOOK = Duration.ofMillis(500);

    /** Silence after which the leader is asked for by every means. */
    private static final Duration SILENCE = Duration.ofSeconds(2);

    private final MetadataLog log;
    private final LeaderLink link;
    private final MetadataLog.LeaderCheck check;
    private final Contacts contacts;
    private final Environment environment;
    private final int nodeId;
    private final UUID incarnation;
    private final Component health;
    private final Rounds rounds;

    /** Epoch whose leader answered last, and when; the thread's alone. */
    private int answeredEpoch = -1;

    private long answeredAt;
    private boolean registered;

    /**
     * @param incarnation of this process, which need not have registered yet
     * @param check asks a leader that is silent whether it is well
     */
    public Succession(
            MetadataLog log,
            LeaderLink link,
            MetadataLog.LeaderCheck check,
            Contacts contacts,
            int nodeId,
            UUID incarnation,
            Environment environment) {
        this.log = log;
        this.link = link;
        this.check = check;
        this.contacts = contacts;
        this.environment = environment;
        this.nodeId = nodeId;
        this.incarnation = incarnation;
        this.health = environment.health().essential("membership", Policy.END_PROCESS);
        this.rounds = new Rounds(environment, health, LOOK, this::look);
    }

    public Succession start() {
        rounds.start();
        return this;
    }

    private void look() {
        Optional<CoreImage.NodeState> own = log.image().node(nodeId);
        own.ifPresent(this::requireInOffice);
        MetadataLog.Leadership leader = log.leadership();
        if (leader.here()) {
            health.running();
        } else if (leader.nodeId() < 0) {
            takeOver("nobody leads the metadata log since epoch " + leader.leaderEpoch());
        } else {
            contact(leader, own.filter(this::isThisProcess));
        }
    }

    private boolean isThisProcess(CoreImage.NodeState node) {
        return node.incarnation().equals(incarnation);
    }

    /** Fails when this process was registered and is not any more. */
    private void requireInOffice(CoreImage.NodeState node) {
        registered |= isThisProcess(node);
        if (registered && (node.fenced() || !isThisProcess(node))) {
            throw new FencedException(
                    "node %d is fenced: the others took this process for gone, or another follows it"
                            .formatted(nodeId));
        }
    }

    private void contact(MetadataLog.Leadership leader, Optional<CoreImage.NodeState> own) {
        long now = environment.clock().nanoTime();
        if (answeredEpoch != leader.leaderEpoch()) {
            answeredEpoch = leader.leaderEpoch();
            answeredAt = now;
        }
        if (link.contact(leader, own.map(CoreImage.NodeState::nodeEpoch).orElse(0L))) {
            answeredAt = environment.clock().nanoTime();
            health.running();
        } else if (now - answeredAt > SILENCE.toNanos()) {
            takeOver(
                    "node %d, which leads at epoch %d, has been silent for %d ms"
                            .formatted(
                                    leader.nodeId(),
                                    leader.leaderEpoch(),
                                    Duration.ofNanos(now - answeredAt).toMillis()));
        }
    }

    private void takeOver(String why) {
        health.retrying(why);
        LOG.warn("{}; taking over unless it is well", why);
        MetadataLog.Leadership before = log.leadership();
        try {
            MetadataLog.Leadership own = log.takeOver(check);
            LOG.warn("this process leads the metadata log, at epoch {}", own.leaderEpoch());
            countSilence(own.leaderEpoch(), before);
            health.running();
        } catch (LeaderAliveException e) {
            LOG.info("not taken over: {}", e.getMessage());
            answeredAt = environment.clock().nanoTime();
        } catch (LogAppendException e) {
            LOG.warn("not taken over yet: {}", e.getMessage());
        }
    }

    /** Counts the silence of the leader that is succeeded from when this process heard it last. */
    private void countSilence(int leaderEpoch, MetadataLog.Leadership before) {
        log.image()
                .node(before.nodeId())
                .filter(node -> node.incarnation().equals(before.incarnation()))
                .map(CoreImage.NodeState::nodeEpoch)
                .ifPresent(epoch -> contacts.heard(leaderEpoch, epoch, answeredAt));
    }

    @Override
    public void close() {
        rounds.close();
    }
}
