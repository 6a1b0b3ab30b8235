package io.oxbow.s3stream.cluster;

import io.oxbow.s3stream.FencedException;
import io.oxbow.s3stream.env.Component;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.env.Policy;
import io.oxbow.s3stream.env.Rounds;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.log.LeaderAliveException;
import io.oxbow.s3stream.log.LogAppendException;
import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.s3stream.peer.LeaderLink;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
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

    /** Silence after which the leader is asked for in the bucket. */
    private static final Duration SILENCE = Duration.ofMillis(1_500);

    /** Refusals in a row, a look apart, after which the leader's process has ended. */
    private static final int REFUSALS = 3;

    private final MetadataLog log;
    private final LeaderLink link;
    private final Predicate<UUID> ended;
    private final Contacts contacts;
    private final Environment environment;
    private final int nodeId;
    private final UUID incarnation;
    private final Component health;
    private final Rounds rounds;

    /** Epoch whose leader answered last; the thread's alone, as what follows. */
    private int answeredEpoch = -1;

    /** Marks that the leader of that epoch was well at it: its address is known to be right. */
    private boolean met;

    private int refusals;
    private boolean reached;
    private boolean registered;

    /** Time from which the leader's illness counts. */
    private volatile long wellAt;

    /** Time of the leader's last answer of any kind, from which its silence counts. */
    private volatile long heardAt;

    /** Marks a takeover under way, which may take long: signs of life must go on meanwhile. */
    private volatile boolean takingOver;

    /**
     * @param incarnation of this process, which need not have registered yet
     * @param ended whether a process has surely ended, by its incarnation
     */
    public Succession(
            MetadataLog log,
            LeaderLink link,
            Predicate<UUID> ended,
            Contacts contacts,
            int nodeId,
            UUID incarnation,
            Environment environment) {
        this.log = log;
        this.link = link;
        this.ended = ended;
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

    void look() {
        Optional<CoreImage.NodeState> own = log.image().node(nodeId);
        own.ifPresent(this::requireInOffice);
        MetadataLog.Leadership leader = log.leadership();
        if (leader.here()) {
            health.running();
        } else if (leader.nodeId() < 0) {
            takeOver(
                    "nobody leads the metadata log since epoch " + leader.leaderEpoch(),
                    leader,
                    MetadataLog.LeaderSign.SILENT);
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
        if (answeredEpoch != leader.leaderEpoch()) {
            answeredEpoch = leader.leaderEpoch();
            met = false;
            reached = true;
            isWell();
        }
        LeaderLink.Contact answer =
                link.contact(leader, own.map(CoreImage.NodeState::nodeEpoch).orElse(0L), reached);
        LeaderLink.Sign sign = answer.sign();
        reached = sign == LeaderLink.Sign.WELL || sign == LeaderLink.Sign.NOT_WELL;
        if (reached) {
            heardAt = environment.clock().nanoTime();
        }
        // Where nobody was met there may be nobody: an address that is wrong, or walled off.
        refusals = met && sign == LeaderLink.Sign.REFUSED ? refusals + 1 : 0;
        Duration silence = Duration.ofNanos(environment.clock().nanoTime() - wellAt);
        if (sign == LeaderLink.Sign.WELL) {
            met = true;
            isWell();
            log.leaderIsAt(leader.leaderEpoch(), answer.slot());
            health.running();
        } else if (refusals >= REFUSALS || ended.test(leader.incarnation())) {
            takeOver(describe(leader, "has ended"), leader, MetadataLog.LeaderSign.ENDED);
        } else if (silence.compareTo(SILENCE) > 0) {
            // Only a member is missed by the leader, who looks for its question then.
            takeOver(
                    describe(leader, "has not been well for %d ms".formatted(silence.toMillis())),
                    leader,
                    own.isPresent()
                            ? MetadataLog.LeaderSign.MISSED
                            : MetadataLog.LeaderSign.SILENT);
        }
    }

    private static String describe(MetadataLog.Leadership leader, String what) {
        return "node %d, which leads at epoch %d, %s"
                .formatted(leader.nodeId(), leader.leaderEpoch(), what);
    }

    /** Counts the leader's silence and illness from now on. */
    private void isWell() {
        wellAt = environment.clock().nanoTime();
        heardAt = wellAt;
    }

    /**
     * @param found the sign of {@code leader} so far; another that leads by now is asked anew
     */
    private void takeOver(String why, MetadataLog.Leadership leader, MetadataLog.LeaderSign found) {
        if (takingOver) {
            return;
        }
        health.retrying(why);
        LOG.warn("{}; taking over unless it is well", why);
        refusals = 0;
        takingOver = true;
        health.startTask(environment.threads(), () -> takeOver(leader, found));
    }

    private void takeOver(MetadataLog.Leadership leader, MetadataLog.LeaderSign found) {
        try {
            MetadataLog.Leadership own =
                    log.takeOver(
                            now -> now.leaderEpoch() == leader.leaderEpoch() ? found : signOf(now));
            LOG.warn("this process leads the metadata log, at epoch {}", own.leaderEpoch());
            countSilence(own.leaderEpoch(), leader);
            health.running();
        } catch (LeaderAliveException e) {
            LOG.info("not taken over: {}", e.getMessage());
            isWell();
        } catch (LogAppendException e) {
            LOG.warn("not taken over yet: {}", e.getMessage());
        } finally {
            takingOver = false;
        }
    }

    private MetadataLog.LeaderSign signOf(MetadataLog.Leadership leader) {
        if (ended.test(leader.incarnation())) {
            return MetadataLog.LeaderSign.ENDED;
        }
        return link.contact(leader, 0, true).sign() == LeaderLink.Sign.WELL
                ? MetadataLog.LeaderSign.WELL
                : MetadataLog.LeaderSign.SILENT;
    }

    /** Counts the silence of the leader that is succeeded from when this process heard it last. */
    private void countSilence(int leaderEpoch, MetadataLog.Leadership before) {
        log.image()
                .node(before.nodeId())
                .filter(node -> node.incarnation().equals(before.incarnation()))
                .map(CoreImage.NodeState::nodeEpoch)
                .ifPresent(epoch -> contacts.heard(leaderEpoch, epoch, heardAt));
    }

    @Override
    public void close() {
        rounds.close();
    }
}
