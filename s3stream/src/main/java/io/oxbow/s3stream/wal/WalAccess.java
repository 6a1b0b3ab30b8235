package io.oxbow.s3stream.wal;

import io.oxbow.s3stream.image.Verdict;

/**
 * How this process gets at the write-ahead logs that fenced node epochs left: volume by volume, cut
 * off from their writers.
 */
public interface WalAccess {

    /**
     * Cuts the dead epoch off from one of its volumes and opens that for reading. Called once the
     * epoch is fenced in the metadata log, never before: until then it may still write. Blocks.
     *
     * @param volume index among the positions of the dead epoch's log
     * @param recovererEpoch node epoch of this process
     */
    Access open(Verdict.DeadEpoch dead, int volume, long recovererEpoch);

    /** Whether there is a way to that volume, as far as is known without touching its writer. */
    boolean has(Verdict.DeadEpoch dead, int volume);

    /** What became of opening a volume. */
    sealed interface Access {
        /** No write of the dead epoch lands in it any more where {@code volume} has been. */
        record Open(DeadVolume volume) implements Access {}

        /** Only an operator can bring it here, or give it up. */
        record Missing(String why) implements Access {}

        /**
         * It is there, but cannot be read just now: another process has it, or it did not answer.
         */
        record Busy(String why) implements Access {}
    }
}
