package io.oxbow.s3stream.peer;

import io.oxbow.s3stream.S3StreamException.Retry;
import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.log.FollowedLog;
import io.oxbow.s3stream.log.LogAppendException;
import java.util.List;
import java.util.UUID;

/** Appends records for other nodes, while this process leads the metadata log. Thread-safe. */
public final class AppendService {

    private final UUID incarnation;
    private final FollowedLog log;

    public AppendService(UUID incarnation, FollowedLog log) {
        this.incarnation = incarnation;
        this.log = log;
    }

    /**
     * Appends for a caller; blocks until the outcome is known. A call that arrives so late that its
     * caller has asked another leader meanwhile is not made: it could open again what was closed.
     *
     * @param callee the process that the caller means: another may have its address by now
     * @param leaderEpoch leadership that the caller means
     */
    public AppendAnswer append(UUID callee, int leaderEpoch, List<CoreRecord> records) {
        if (!callee.equals(incarnation)) {
            return new AppendAnswer.NotMade("process %s is not here".formatted(callee));
        }
        try {
            List<ApplyResult> results = log.appendAt(leaderEpoch, records);
            return new AppendAnswer.Done(results, log.leadership().slot());
        } catch (LogAppendException e) {
            String why = String.valueOf(e.getMessage());
            return e.retry() == Retry.RETRYABLE
                    ? new AppendAnswer.NotMade(why)
                    : new AppendAnswer.Unknown(why);
        }
    }
}
