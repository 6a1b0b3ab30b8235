package io.oxbow.simulation.engine;

import io.oxbow.simulation.Simulation;
import io.oxbow.simulation.history.HistoryViolation;
import io.oxbow.simulation.history.StreamHistory;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The histories of all streams, by id: a name that is deleted and made anew is another stream. */
final class Histories {

    private final Simulation simulation;
    private final Map<Long, StreamHistory> byId = new TreeMap<>();

    Histories(Simulation simulation) {
        this.simulation = simulation;
    }

    StreamHistory of(long streamId) {
        return byId.computeIfAbsent(streamId, id -> new StreamHistory("stream " + id));
    }

    @Nullable StreamHistory known(long streamId) {
        return byId.get(streamId);
    }

    /** From now on what was acked may turn out to be gone, once per stream. */
    void damageReported() {
        byId.values().forEach(StreamHistory::damageReported);
    }

    /**
     * Writes down what happened, on whatever thread it did: what cannot be ends the run, and not
     * the engine's thread.
     */
    void note(Runnable event) {
        try {
            event.run();
        } catch (HistoryViolation e) {
            simulation.fail(e);
        }
    }
}
