package io.oxbow.simulation.engine;

import io.oxbow.simulation.history.HistoryViolation;
import io.oxbow.simulation.history.StreamHistory;
import io.oxbow.simulation.kernel.Simulation;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The histories of all streams, by id: a name that is deleted and made anew is another stream. */
final class Histories {

    private final Simulation simulation;
    private final Map<Long, StreamHistory> byId = new TreeMap<>();
    private boolean damaged;

    Histories(Simulation simulation) {
        this.simulation = simulation;
    }

    StreamHistory of(long streamId) {
        StreamHistory history =
                byId.computeIfAbsent(streamId, id -> new StreamHistory("stream " + id));
        if (damaged) {
            history.damageDone();
        }
        return history;
    }

    @Nullable StreamHistory known(long streamId) {
        return byId.get(streamId);
    }

    /**
     * Takes note of damage to a disk: acked records may turn out to be gone. A damaged last batch
     * cannot be told from one that was never finished; a damaged earlier one must be reported.
     */
    void damageDone() {
        damaged = true;
        byId.values().forEach(StreamHistory::damageDone);
    }

    /**
     * Runs a note of an event, on the thread of the event; a violation ends the run, and not the
     * engine's thread.
     */
    void note(Runnable event) {
        try {
            event.run();
        } catch (HistoryViolation e) {
            simulation.fail(e);
        }
    }
}
