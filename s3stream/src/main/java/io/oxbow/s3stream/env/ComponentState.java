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

    /** Phase of a component's life. */
    public enum Phase {
        /** The component cannot work yet. */
        STARTING,

        /** The component works. */
        RUNNING,

        /** The component cannot work for now, and tries again by itself. */
        RETRYING,

        /** The component was ended by an unexpected exception. */
        FAILED,

        /** The component ended on request. */
        STOPPED
    }

    /** Returns kind and instance in one text. */
    public String name() {
        return instance.isEmpty() ? kind : kind + " " + instance;
    }

    /** Returns true if produce requests and topic changes may fail because of this component. */
    public boolean impairs() {
        return essential && phase != Phase.RUNNING;
    }

    /** Returns true if the process ends because of this component's failure. */
    public boolean ends() {
        return phase == Phase.FAILED && policy == Policy.END_PROCESS;
    }
}
