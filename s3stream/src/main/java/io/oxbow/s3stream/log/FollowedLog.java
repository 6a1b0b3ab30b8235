package io.oxbow.s3stream.log;

import java.time.Duration;

/** Metadata log that can be followed up to a slot of which another process has told. */
public interface FollowedLog extends MetadataLog {

    /**
     * Blocks until everything up to {@code slot} is applied here; looks for it at once.
     *
     * @return false when it is not after {@code limit}, or the log is closed
     */
    boolean awaitApplied(long slot, Duration limit) throws InterruptedException;

    /** Says that this process need not lead: to follow a leader is well. */
    void join();
}
