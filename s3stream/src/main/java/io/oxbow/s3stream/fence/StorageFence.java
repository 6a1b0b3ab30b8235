package io.oxbow.s3stream.fence;

import io.oxbow.s3stream.S3StreamException;

/**
 * Cuts a dead node off from the storage under its write-ahead log, so that no later write of the
 * node can land. Asked after the node epoch was fenced in the metadata log and before its WAL is
 * scanned. Blocking; thread-safe; asking again changes nothing and gives the same answer.
 */
@FunctionalInterface
public interface StorageFence {

    /** Cuts the writer of {@code wal} off, if possible, and returns whether it is cut off. */
    Result fence(DeadWal wal);

    /** Result of fencing. Only {@link Fenced} allows the scan. */
    sealed interface Result {
        /**
         * No write of the dead node is under way, and none lands from now on.
         *
         * @param how for people
         */
        record Fenced(String how) implements Result {}

        /**
         * Writes of the dead node may still land, and asking again won't help before an operator
         * changes something.
         *
         * @param why what stands against it, and what to do
         */
        record NotFenced(String why) implements Result {}

        /** Writes of the dead node may or may not land; asking again later may tell. */
        record Unknown(S3StreamException cause) implements Result {}
    }
}
