package io.oxbow.s3stream.fence;

import io.oxbow.s3stream.S3StreamException;

/**
 * Somebody who can cut a dead node off from outside, and knows whether that has happened: a cloud's
 * API, a hypervisor, a rack's power switch. Blocking; thread-safe.
 */
@FunctionalInterface
public interface Confirmer {

    /** Sees to it that {@code measure} is, or will be, the case, and says how far that is. */
    Answer ask(Measure measure, DeadWal wal);

    /** How a node can be cut off. */
    enum Measure {
        /** The WAL's volume is attached to the dead node's machine no more. */
        VOLUME_DETACHED,
        /** The dead node's machine has ended and will not run again as it was. */
        INSTANCE_TERMINATED
    }

    /** How far it is. */
    sealed interface Answer {
        /** It is the case, and stays so. */
        record Confirmed(String how) implements Answer {}

        /** It was asked for and is under way. */
        record Pending(String how) implements Answer {}

        /** It will not happen. */
        record Refused(String why) implements Answer {}

        record Unknown(S3StreamException cause) implements Answer {}
    }
}
