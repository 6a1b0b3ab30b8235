package io.oxbow.s3stream.recovery;

/** Result of one attempt to recover the write-ahead log of a fenced node epoch. */
public sealed interface RecoveryResult {

    /**
     * Everything that the epoch acked, and that was not given up, is committed; the epoch's streams
     * are closed.
     *
     * @param appends how many this attempt committed
     * @param abandoned whether some of it had to be given up, at an operator's word
     */
    record Recovered(long appends, boolean abandoned) implements RecoveryResult {}

    /** Another attempt, here or on another node, has completed the recovery. */
    record AlreadyRecovered() implements RecoveryResult {}

    /**
     * Another live node recovers the epoch, or has taken it over; fence that node first if it is
     * stuck.
     */
    record InOtherHands(String why) implements RecoveryResult {}

    /** The log cannot be read now, but may be readable later or on another node. */
    record Busy(String why) implements RecoveryResult {}

    /**
     * The log cannot be read without an operator, who has to bring it back or give up what it
     * holds.
     */
    record Unreachable(String why) implements RecoveryResult {}
}
