package io.oxbow.s3stream.log;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.env.Component;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.env.Policy;
import io.oxbow.s3stream.env.Rounds;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the leadership of a process that serves a bucket alone, or ends the process. A log that was
 * lost to a process that has resigned or does not live is taken over again; when another process
 * leads and is well, the component {@code leadership} fails, and with it the process.
 */
public final class LeadershipKeeper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LeadershipKeeper.class);
    private static final Duration LOOK = Duration.ofMillis(500);

    private final MetadataLog log;
    private final MetadataLog.LeaderCheck check;
    private final Component health;
    private final Rounds rounds;

    private LeadershipKeeper(
            MetadataLog log, MetadataLog.LeaderCheck check, Environment environment) {
        this.log = log;
        this.check = check;
        this.health = environment.health().essential("leadership", Policy.END_PROCESS);
        this.rounds = new Rounds(environment, health, LOOK, this::look);
    }

    /** Starts to keep the leadership that this process has taken. */
    public static LeadershipKeeper start(
            MetadataLog log, MetadataLog.LeaderCheck check, Environment environment) {
        var keeper = new LeadershipKeeper(log, check, environment);
        keeper.rounds.start();
        return keeper;
    }

    private void look() {
        MetadataLog.Leadership leadership = log.leadership();
        if (leadership.here()) {
            health.running();
        } else if (!isTakenBack(leadership)) {
            rounds.close();
        }
    }

    /**
     * Takes the leadership back; false when another process is well, so that this one has to end.
     */
    private boolean isTakenBack(MetadataLog.Leadership other) {
        String loss =
                other.nodeId() < 0
                        ? "nobody leads the metadata log since epoch " + other.leaderEpoch()
                        : "node %d took the metadata log over at epoch %d"
                                .formatted(other.nodeId(), other.leaderEpoch());
        health.retrying(loss + "; trying to take it back");
        LOG.warn("{}; trying to take it back", loss);
        try {
            MetadataLog.Leadership own = log.takeOver(check);
            health.running();
            LOG.warn("this process leads the metadata log again, at epoch {}", own.leaderEpoch());
            return true;
        } catch (LeaderAliveException e) {
            health.gaveUp(
                    new S3StreamException(
                            "another process serves this bucket: %s. What this one has acked and"
                                            .formatted(e.getMessage())
                                    + " not uploaded is in its write-ahead log; start it again"
                                    + " when the other one has ended",
                            S3StreamException.Retry.FATAL,
                            e));
            return false;
        } catch (LogAppendException e) {
            LOG.warn("the metadata log is not taken back yet: {}", e.getMessage());
            return true;
        }
    }

    @Override
    public void close() {
        rounds.close();
    }
}
