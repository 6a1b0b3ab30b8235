package io.oxbow.s3stream.recovery;

/** What became of an attempt to recover the write-ahead log of a fenced node epoch. */
public sealed interface RecoveryResult {

    /**
     * All that the epoch acked and that was not given up is committed; its streams are closed.
     *
     * @param appends how many this attempt committed
     * @param abandoned whether some of it had to be given up, at an operator's word
     */
    record Recovered(long appends, boolean abandoned) implements RecoveryResult {}

    /** Another attempt, here or elsewhere, came to the end before. */
    record AlreadyRecovered() implements RecoveryResult {}

    /** Another live node is at it, or has taken it over; fence that one first if it is stuck. */
    record InOtherHands(String why) implements RecoveryResult {}

    /** The log cannot be read just now; later, or elsewhere, it may. */
    record Busy(String why) implements RecoveryResult {}

    /** It takes an operator: to bring the log back, or to give up what it holds. */
    record Unreachable(String why) implements RecoveryResult {}
}
