package io.oxbow.s3stream.fence;

import io.oxbow.s3stream.S3StreamException;

/**
 * Cuts a dead node off from the storage under its WAL, so that no write of its, however late, can
 * land. Asked after the node epoch was fenced in the metadata log and before its WAL is scanned.
 * Blocking; thread-safe; asking again changes nothing and gives the same answer.
 */
@FunctionalInterface
public interface StorageFence {

    /** Cuts the writer of {@code wal} off, if that can be done, and says whether it is cut off. */
    Result fence(DeadWal wal);

    /** What may be concluded. Only {@link Fenced} allows the scan. */
    sealed interface Result {
        /**
         * No write of the dead node lands from now on, and none is under way.
         *
         * @param how for people
         */
        record Fenced(String how) implements Result {}

        /**
         * Its writes may still land; asking again won't help before somebody changes something.
         *
         * @param why what stands against it, and what to do
         */
        record NotFenced(String why) implements Result {}

        /** Its writes may or may not still land; asking again later may tell. */
        record Unknown(S3StreamException cause) implements Result {}
    }
}
