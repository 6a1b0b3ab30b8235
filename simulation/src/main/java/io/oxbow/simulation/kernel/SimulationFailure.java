package io.oxbow.simulation.kernel;

import org.jspecify.annotations.Nullable;

/** Signals that a run failed: an invariant does not hold, or nothing goes on. */
public final class SimulationFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public SimulationFailure(String message) {
        super(message);
    }

    public SimulationFailure(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
