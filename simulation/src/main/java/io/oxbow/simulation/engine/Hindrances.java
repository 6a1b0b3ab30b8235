package io.oxbow.simulation.engine;

import io.oxbow.s3stream.env.Clock;
import java.time.Duration;

/** Spans in which something kept a process from its duties: a pause, or a network without it. */
final class Hindrances {

    private final Clock clock;
    private int underWay;
    private long endedAt;

    /**
     * @param clock of the simulation
     */
    Hindrances(Clock clock) {
        this.clock = clock;
        this.endedAt = clock.nanoTime();
    }

    void begin() {
        underWay++;
    }

    void end() {
        underWay--;
        endedAt = clock.nanoTime();
    }

    /** Returns true if the process has been free of them for a time. */
    boolean noneFor(Duration time) {
        return underWay == 0 && clock.nanoTime() - endedAt > time.toNanos();
    }
}
