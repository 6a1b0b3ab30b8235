package io.oxbow.s3stream.commit;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.env.Patience;
import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.log.LogAppendException;
import io.oxbow.s3stream.log.MetadataLog;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Submits commands to the metadata log, once or until the outcome is definite. Thread-safe; blocks.
 */
public final class Commands {

    private static final Logger LOG = LoggerFactory.getLogger(Commands.class);

    private final MetadataLog log;
    private final Patience patience;

    public Commands(MetadataLog log, Patience patience) {
        this.log = log;
        this.patience = patience;
    }

    public CoreImage image() {
        return log.image();
    }

    /** Returns the epoch of the log's leader, as far as this process knows. */
    public int leaderEpoch() {
        return log.leadership().leaderEpoch();
    }

    /** Submits a command once; an exception of the log goes to the caller. */
    public ApplyResult once(CoreRecord command) {
        return once(List.of(command)).getFirst();
    }

    /** Submits several commands once, as one unit. */
    public List<ApplyResult> once(List<CoreRecord> commands) {
        return log.append(commands);
    }

    /**
     * Submits the same command until its outcome is definite: while nobody leads the log, and after
     * an unknown outcome. For commands that the log recognises when it sees them twice.
     *
     * @throws LogAppendException FATAL when the log has failed here, so that nothing will become of
     *     waiting
     */
    public ApplyResult untilDefinite(CoreRecord command) {
        return untilDefinite(List.of(command)).getFirst();
    }

    /**
     * Submits the same command until its outcome is definite, or {@code limit} is over.
     *
     * @throws LogAppendException what came last when {@code limit} was over: RETRYABLE when surely
     *     no attempt was applied, else UNKNOWN
     */
    public ApplyResult untilDefinite(CoreRecord command, Duration limit) {
        long deadline = patience.nanoTime() + limit.toNanos();
        boolean unknown = false;
        for (int attempt = 1; ; attempt++) {
            try {
                return once(command);
            } catch (LogAppendException e) {
                LOG.warn("metadata log, attempt {}: {}", attempt, e.getMessage());
                if (e.retry() == S3StreamException.Retry.FATAL) {
                    throw e;
                }
                unknown |= e.retry() != S3StreamException.Retry.RETRYABLE;
                if (patience.nanoTime() - deadline >= 0) {
                    throw new LogAppendException(
                            "the metadata log gave no definite answer within %s: %s"
                                    .formatted(limit, e.getMessage()),
                            unknown
                                    ? S3StreamException.Retry.UNKNOWN
                                    : S3StreamException.Retry.RETRYABLE,
                            e);
                }
            }
            patience.pause(attempt, "append to the metadata log");
        }
    }

    /** Submits several commands, as one unit, until the outcome is definite. */
    public List<ApplyResult> untilDefinite(List<CoreRecord> commands) {
        for (int attempt = 1; ; attempt++) {
            try {
                return log.append(commands);
            } catch (LogAppendException e) {
                if (e.retry() == S3StreamException.Retry.FATAL) {
                    throw e;
                }
                LOG.warn("metadata log, attempt {}: {}", attempt, e.getMessage());
            }
            patience.pause(attempt, "append to the metadata log");
        }
    }
}
