package io.oxbow.simulation.scenario;

import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.simulation.kernel.Simulation;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Outcomes of asking for the metadata log, checked against what became of the leaders that were
 * asked about.
 */
final class Takeovers {

    /**
     * Longest hindrance of a leader that must cost it nothing: a look and the pause before it fit
     * into the rest of a newcomer's patience.
     */
    private static final Duration HINDERED_MAX = Duration.ofSeconds(6);

    /** One attempt, and the epoch and time of its latest question. */
    static final class Asked {

        private final Contender asker;
        private int leaderEpoch = -1;
        private long sinceNanos;

        Asked(Contender asker) {
            this.asker = asker;
        }

        void about(int epoch, long nanos) {
            leaderEpoch = epoch;
            sinceNanos = nanos;
        }
    }

    private final Simulation simulation;
    private final LogLedger ledger;
    private final Map<Integer, Contender> leaders = new HashMap<>();

    Takeovers(Simulation simulation, LogLedger ledger) {
        this.simulation = simulation;
        this.ledger = ledger;
    }

    LogLedger ledger() {
        return ledger;
    }

    /** Checks that the leader asked about had reason to be silent, if it was silent. */
    void succeeded(Asked asked, MetadataLog.Leadership own, long now) {
        simulation.say(
                "%s leads at epoch %d, had asked %d",
                asked.asker.name(), own.leaderEpoch(), asked.leaderEpoch);
        ledger.leads(own);
        Contender before = leaders.get(asked.leaderEpoch);
        leaders.put(own.leaderEpoch(), asked.asker);
        if (before != null && asked.leaderEpoch == own.leaderEpoch() - 1) {
            Duration hindered = before.hindered(asked.sinceNanos, now);
            simulation.check(
                    hindered.compareTo(HINDERED_MAX) > 0,
                    "%s was deposed by %s although it was well: hindered for %s of %s",
                    before.name(),
                    asked.asker.name(),
                    hindered,
                    Duration.ofNanos(now - asked.sinceNanos));
        }
    }

    /** Checks that the leader that is said to have answered could. */
    void refused(Asked asked, String why, long now) {
        simulation.say("%s is refused: %s", asked.asker.name(), why);
        Contender leader = leaders.get(asked.leaderEpoch);
        if (leader != null && why.contains("answers in the bucket")) {
            simulation.check(
                    leader.ran(asked.sinceNanos, now),
                    "%s was refused for an answer of %s, which did not run",
                    asked.asker.name(),
                    leader.name());
        }
    }
}
