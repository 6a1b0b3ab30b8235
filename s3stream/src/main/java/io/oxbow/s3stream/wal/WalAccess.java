package io.oxbow.s3stream.wal;

import io.oxbow.s3stream.image.ApplyResult;

/**
 * Access of this process to the write-ahead logs of fenced node epochs, volume by volume, with the
 * writer cut off.
 */
public interface WalAccess {

    /**
     * Cuts the dead epoch off from one of its volumes, and opens that volume for reading. Called
     * once the epoch is fenced in the metadata log, never before: until then it may still write.
     * Blocks.
     *
     * @param volume index among the positions of the dead epoch's log
     * @param recovererEpoch node epoch of this process
     */
    Access open(ApplyResult.DeadEpoch dead, int volume, long recovererEpoch);

    /**
     * Returns whether this process can reach the volume, as far as it is known without touching its
     * writer.
     */
    boolean has(ApplyResult.DeadEpoch dead, int volume);

    /** Result of opening a volume. */
    sealed interface Access {
        /**
         * The volume is open, and no write of the dead epoch lands in it any more at places that
         * were read.
         */
        record Open(DeadVolume volume) implements Access {}

        /** The volume is not here; only an operator can bring it, or give it up. */
        record Missing(String why) implements Access {}

        /**
         * The volume exists, but cannot be read now: another process has it, or it did not answer.
         */
        record Busy(String why) implements Access {}
    }
}
