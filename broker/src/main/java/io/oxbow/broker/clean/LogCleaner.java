package io.oxbow.broker.clean;

import io.oxbow.s3stream.CommittedReader;
import io.oxbow.s3stream.OffsetOutOfRangeException;
import io.oxbow.s3stream.ReadResult;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.env.Component;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.env.Policy;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cleans the compacted partitions that this broker leads, the dirtiest first, one at a time on a
 * thread of its own. When none is due it rests for {@code log.cleaner.backoff.ms}.
 */
public final class LogCleaner implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LogCleaner.class);

    /** Time after which a cleaning that failed, or got nowhere, is tried again, in milliseconds. */
    private static final long RETRY_MILLIS = 60_000;

    private final Supplier<List<CleanableLog>> logs;
    private final ToLongFunction<TopicIdPartition> floor;
    private final CleanerSettings settings;
    private final Environment environment;
    private final Component health;
    private final Thread thread;

    /** Findings of earlier looks. For the cleaner's thread. */
    private final Map<TopicIdPartition, Finding> findings = new HashMap<>();

    private volatile CleanerCounts counts = CleanerCounts.NONE;
    private volatile boolean closed;

    /** Findings about one partition. */
    private static final class Finding {
        /** Wall clock before which the partition is left alone, in milliseconds. */
        private long notBeforeMillis;

        /** Configuration under which a record was too young; null otherwise. */
        private @Nullable LogConfig youngUnder;

        private boolean failed;

        /** Start of the dirty part whose age is known. */
        private long firstDirtyOffset = -1;

        private long firstDirtyMillis;
    }

    /**
     * @param logs of compacted topics that this broker leads
     * @param floor lowest offsets that must be kept as they are
     */
    public LogCleaner(
            Supplier<List<CleanableLog>> logs,
            ToLongFunction<TopicIdPartition> floor,
            CleanerSettings settings,
            Environment environment) {
        this.logs = logs;
        this.floor = floor;
        this.settings = settings;
        this.environment = environment;
        this.health = environment.health().background("log-cleaner", Policy.RESTART);
        this.thread = environment.threads().newThread(health.restarting(this::run));
    }

    public void start() {
        thread.start();
    }

    public CleanerCounts counts() {
        return counts;
    }

    private void run() throws InterruptedException {
        while (!closed) {
            if (!cleanOne()) {
                counts = counts.idle(environment.clock().wallMillis());
                environment.clock().sleep(settings.backoff());
            }
        }
    }

    /** Cleans the dirtiest partition that is due; returns false if none is. */
    private boolean cleanOne() {
        DirtyLog dirtiest = dirtiest();
        if (dirtiest == null) {
            return false;
        }
        CleanableLog log = dirtiest.log();
        try {
            clean(dirtiest);
        } catch (S3StreamException | ApiException e) {
            failed(log, e);
        } catch (RuntimeException e) {
            failed(log, e);
            health.unexpected("the cleaning of " + log.id(), e);
        }
        return true;
    }

    private void clean(DirtyLog dirty) {
        CleanableLog log = dirty.log();
        long from = Math.max(log.cleanedTo(), log.startOffset());
        long began = environment.clock().nanoTime();
        Cleaning.Result done =
                new Cleaning(log, settings).run(dirty.toOffset(), environment.clock().wallMillis());
        double seconds = (environment.clock().nanoTime() - began) / 1e9;
        Finding finding = finding(log);
        finding.failed = false;
        if (done.waitsForMillis() < Long.MAX_VALUE) {
            LogConfig config = log.config();
            finding.notBeforeMillis = done.waitsForMillis() + config.compactionLagMs + 1;
            finding.youngUnder = config;
        } else if (done.toOffset() <= from) {
            // A part of a batch, or of an extent without batches: more has to come first.
            finding.notBeforeMillis = environment.clock().wallMillis() + RETRY_MILLIS;
        }
        if (done.bytesMapped() > 0) {
            counts = counts.with(done, seconds);
            LOG.info(
                    "cleaned {} to {}: {} bytes became {}",
                    log.id(),
                    done.toOffset(),
                    done.bytesBefore(),
                    done.bytesAfter());
        }
    }

    private void failed(CleanableLog log, RuntimeException cause) {
        Finding finding = finding(log);
        finding.notBeforeMillis = environment.clock().wallMillis() + RETRY_MILLIS;
        if (log.isLed() && !closed) {
            finding.failed = true;
            LOG.warn("{} cannot be cleaned, to be tried again later", log.id(), cause);
        }
    }

    private Finding finding(CleanableLog log) {
        return findings.computeIfAbsent(log.id(), absent -> new Finding());
    }

    private @Nullable DirtyLog dirtiest() {
        DirtyLog dirtiest = null;
        double ratioMax = 0;
        long failed = 0;
        long failedBytes = 0;
        Set<TopicIdPartition> seen = new HashSet<>();
        for (CleanableLog log : logs.get()) {
            seen.add(log.id());
            Finding finding = finding(log);
            if (finding.youngUnder != null && finding.youngUnder != log.config()) {
                finding.youngUnder = null;
                finding.notBeforeMillis = 0;
            }
            DirtyLog dirty = look(log, finding);
            if (dirty == null) {
                continue;
            }
            ratioMax = Math.max(ratioMax, dirty.ratio());
            if (finding.failed) {
                failed++;
                failedBytes += dirty.dirtyBytes();
            }
            boolean waits = finding.notBeforeMillis > environment.clock().wallMillis();
            if (dirty.isDue() && !waits && (dirtiest == null || dirty.ratio() > dirtiest.ratio())) {
                dirtiest = dirty;
            }
        }
        findings.keySet().retainAll(seen);
        counts = counts.looked(ratioMax, failed, failedBytes);
        return dirtiest;
    }

    /** Returns the state of a log; null when nothing in it is dirty, or it cannot be told now. */
    private @Nullable DirtyLog look(CleanableLog log, Finding finding) {
        long start = log.startOffset();
        long from = Math.max(log.cleanedTo(), start);
        TopicIdPartition id = log.id();
        long to = Math.min(log.stableEndOffset(), floor.applyAsLong(id));
        if (to <= from) {
            return null;
        }
        return new DirtyLog(
                log,
                to,
                log.bytes(start, from),
                log.bytes(from, to),
                isOverdue(log, from, to, finding));
    }

    private boolean isOverdue(CleanableLog log, long from, long to, Finding finding) {
        long lag = log.config().maxCompactionLagMs;
        long now = environment.clock().wallMillis();
        if (lag == Long.MAX_VALUE || finding.notBeforeMillis > now) {
            return false;
        }
        if (finding.firstDirtyOffset != from) {
            try (CommittedReader.Cursor cursor = log.read(from, Math.min(from + 1, to))) {
                ReadResult.Append first = cursor.next();
                finding.firstDirtyMillis = first == null ? now : first.maxTimestamp();
                finding.firstDirtyOffset = from;
            } catch (OffsetOutOfRangeException trimmed) {
                return false;
            } catch (S3StreamException e) {
                failed(log, e);
                return false;
            }
        }
        return finding.firstDirtyMillis < now - lag;
    }

    @Override
    public void close() {
        closed = true;
        health.stopped();
        thread.interrupt();
    }
}
