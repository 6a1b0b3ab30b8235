package io.oxbow.s3stream.peer;

import io.oxbow.s3stream.S3StreamException.Retry;
import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.log.LogAppendException;
import io.oxbow.s3stream.log.MetadataLog;
import java.util.List;
import java.util.UUID;

/** Appends records for other nodes, while this process leads the metadata log. Thread-safe. */
public final class AppendService {

    private final UUID incarnation;
    private final MetadataLog log;

    public AppendService(UUID incarnation, MetadataLog log) {
        this.incarnation = incarnation;
        this.log = log;
    }

    /**
     * Appends for a caller; blocks until the outcome is known.
     *
     * @param callee the process that the caller means: another may have its address by now
     */
    public AppendAnswer append(UUID callee, List<CoreRecord> records) {
        if (!callee.equals(incarnation)) {
            return new AppendAnswer.NotMade("process %s is not here".formatted(callee));
        }
        if (!log.leadership().here()) {
            return new AppendAnswer.NotMade("this process does not lead the metadata log");
        }
        try {
            List<ApplyResult> results = log.append(records);
            return new AppendAnswer.Done(results, log.leadership().slot());
        } catch (LogAppendException e) {
            String why = String.valueOf(e.getMessage());
            return e.retry() == Retry.RETRYABLE
                    ? new AppendAnswer.NotMade(why)
                    : new AppendAnswer.Unknown(why);
        }
    }
}
