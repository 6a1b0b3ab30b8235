package io.oxbow.simulation.world;

/** Outcome of a call between processes. */
public sealed interface Reply<R> {

    /** The peer did the work and returned this, or threw. */
    record Answer<R>(R value) implements Reply<R> {}

    /** Nobody listens: the call surely did not arrive. */
    record Refused<R>() implements Reply<R> {}

    /** No answer came: the work may have been done, or may yet be. */
    record Silence<R>() implements Reply<R> {}
}
