package io.oxbow.s3stream.peer;

import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.log.MetadataLog;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Reaches the process that leads the metadata log. */
public interface LeaderLink {

    /** Leader's sign of life. */
    enum Sign {
        /** It leads at that epoch, and reached the bucket lately. */
        WELL,

        /** It answered that it does not lead at that epoch, or does not reach the bucket. */
        NOT_WELL,

        /** Nobody listens where it did. */
        REFUSED,

        /** It did not answer, which proves nothing. */
        SILENT
    }

    /**
     * Answer to a sign of life.
     *
     * @param slot the last that the leader has applied; means nothing unless it is well
     */
    record Contact(Sign sign, long slot) {

        /** Returns an answer that tells no slot. */
        public static Contact of(Sign sign) {
            return new Contact(sign, 0);
        }
    }

    /** Sends records; the answer comes within a time-out of the link's own, at last as unknown. */
    CompletableFuture<AppendAnswer> append(MetadataLog.Leadership leader, List<CoreRecord> records);

    /**
     * Shows that a node epoch lives, 0 for a process that has none yet. Blocks, within a second or
     * two.
     *
     * @param answered false if the last contact had no answer, so that this process may ask for the
     *     leader in the bucket
     */
    Contact contact(MetadataLog.Leadership leader, long nodeEpoch, boolean answered);
}
