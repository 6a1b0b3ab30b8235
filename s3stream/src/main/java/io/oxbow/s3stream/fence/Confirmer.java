package io.oxbow.s3stream.fence;

import io.oxbow.s3stream.S3StreamException;

/**
 * Service that can cut a dead node off from outside and confirm it: a cloud's API, a hypervisor, a
 * switch for power. Blocking; thread-safe.
 */
@FunctionalInterface
public interface Confirmer {

    /** Asks for {@code measure} to be taken, and returns how far it is. */
    Answer ask(Measure measure, DeadWal wal);

    /** Measure that cuts a node off. */
    enum Measure {
        /**
         * The volume of the write-ahead log is not attached to the dead node's machine any more.
         */
        VOLUME_DETACHED,
        /** The dead node's machine has ended, and will not run again as it was. */
        INSTANCE_TERMINATED
    }

    /** State of a measure. */
    sealed interface Answer {
        /** The measure is in force, and stays so. */
        record Confirmed(String how) implements Answer {}

        /** The measure was asked for and is under way. */
        record Pending(String how) implements Answer {}

        /** The measure will not be taken. */
        record Refused(String why) implements Answer {}

        record Unknown(S3StreamException cause) implements Answer {}
    }
}
