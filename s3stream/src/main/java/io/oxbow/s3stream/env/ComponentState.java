package io.oxbow.s3stream.env;

import org.jspecify.annotations.Nullable;

/**
 * State of one long-lived component at one moment.
 *
 * @param kind what sort of component it is; one of few, fit for a metric's label
 * @param instance which of its kind; empty when there is one only
 * @param essential whether the node is ready only while the component is {@link Phase#RUNNING}
 * @param reason why it is in this phase; null when that needs no reason
 * @param sinceMillis wall clock at which the phase began
 * @param failures unexpected exceptions so far
 * @param restarts how often its thread was started over
 */
public record ComponentState(
        String kind,
        String instance,
        Phase phase,
        Policy policy,
        boolean essential,
        @Nullable String reason,
        long sinceMillis,
        long failures,
        long restarts) {

    /** Where a component is in its life. */
    public enum Phase {
        /** Not able to work yet. */
        STARTING,

        /** At work. */
        RUNNING,

        /** Cannot work for the moment, and tries again by itself. */
        RETRYING,

        /** Ended by an exception that nobody expected. */
        FAILED,

        /** Ended as asked. */
        STOPPED
    }

    /** Kind and instance in one word. */
    public String name() {
        return instance.isEmpty() ? kind : kind + " " + instance;
    }

    /** Whether a produce and a topic change may fail because of this component. */
    public boolean impairs() {
        return essential && phase != Phase.RUNNING;
    }
}
