package io.oxbow.s3stream.peer;

import io.oxbow.s3stream.log.FollowedLog;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** Takes slots of the metadata log that the leader pushes to this process. Thread-safe. */
public final class PushService {

    /** Time within which slots are applied here, unless some before them are missing. */
    private static final Duration LIMIT = Duration.ofMillis(500);

    private final UUID incarnation;
    private final FollowedLog log;

    /**
     * @param incarnation of this process
     */
    public PushService(UUID incarnation, FollowedLog log) {
        this.incarnation = incarnation;
        this.log = log;
    }

    /**
     * Applies the slots that follow here; the others are read from the bucket.
     *
     * @param callee the process that the caller means: another may have its address by now
     * @return the last slot that is applied here, or {@link PushLink#NO_ANSWER}
     */
    public long push(UUID callee, List<byte[]> slots) {
        if (!callee.equals(incarnation)) {
            return PushLink.NO_ANSWER;
        }
        try {
            return log.push(slots, LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return PushLink.NO_ANSWER;
        }
    }
}
