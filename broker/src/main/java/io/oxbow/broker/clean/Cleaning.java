package io.oxbow.broker.clean;

import io.oxbow.broker.producer.AbortedTransaction;
import io.oxbow.s3stream.RewriteResult;
import io.oxbow.s3stream.S3StreamException;
import java.util.List;

/** One cleaning of one log: maps the keys of its dirty part, then rewrites what they hide. */
public final class Cleaning {

    /** Number of passes until a log that changes under them is left alone for a while. */
    private static final int PASSES_MAX = 4;

    private final CleanableLog log;
    private final CleanerSettings settings;

    public Cleaning(CleanableLog log, CleanerSettings settings) {
        this.log = log;
        this.settings = settings;
    }

    /**
     * Result of a cleaning.
     *
     * @param toOffset end of what is clean now
     * @param bytesMapped of the dirty part, which were read twice
     * @param bytesBefore of what was filtered
     * @param waitsForMillis timestamp of a record that is too young to be cleaned; the greatest
     *     number if there was none
     */
    public record Result(
            long toOffset,
            long bytesMapped,
            long bytesBefore,
            long bytesAfter,
            long waitsForMillis) {}

    /**
     * Cleans.
     *
     * @param toOffset at most {@link CleanableLog#stableEndOffset}
     * @throws S3StreamException if the store fails, or the log changes all the time
     */
    public Result run(long toOffset, long nowMillis) {
        log.settle();
        long from = Math.max(log.cleanedTo(), log.startOffset());
        long lag = log.config().compactionLagMs;
        long youngFrom = lag > 0 ? nowMillis - lag : Long.MAX_VALUE;
        DirtyScan scan = new DirtyScan(log, from, toOffset, youngFrom, settings).run();
        long end = scan.endOffset();
        if (end <= from) {
            return new Result(from, 0, 0, 0, scan.youngMillis());
        }
        long mapped = log.bytes(from, end);
        for (int pass = 1; ; pass++) {
            try (var filter = new CleaningFilter(log, scan.keys(), end, nowMillis)) {
                RewriteResult result = log.rewrite(log.startOffset(), end, filter);
                if (result instanceof RewriteResult.Done && result.toOffset() >= end) {
                    List<AbortedTransaction> empty = filter.emptyTransactions();
                    log.cleaned(end, empty);
                    return new Result(
                            end,
                            mapped,
                            result.bytesBefore(),
                            result.bytesAfter(),
                            scan.youngMillis());
                }
                if (pass >= PASSES_MAX) {
                    throw new S3StreamException(
                            "%s changed under each of %d passes: %s"
                                    .formatted(log.id(), pass, result),
                            S3StreamException.Retry.RETRYABLE,
                            null);
                }
            }
        }
    }
}
