package io.oxbow.tableflow.service;

import io.micrometer.core.instrument.MeterRegistry;
import io.oxbow.s3stream.env.Component;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.env.Policy;
import io.oxbow.tableflow.commit.TableProgress;
import io.oxbow.tableflow.commit.TranslatedRange;
import io.oxbow.tableflow.config.TableConfig;
import io.oxbow.tableflow.translate.RoundResult;
import io.oxbow.tableflow.translate.TableRetention;
import io.oxbow.tableflow.translate.TableRound;
import io.oxbow.tableflow.translate.TableTopic;
import io.oxbow.tableflow.translate.TopicLog;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one topic's table up to date: a virtual thread of its own runs {@link #run}; the rest may
 * be called by any thread.
 */
final class TopicWorker {

    private static final Logger LOG = LoggerFactory.getLogger(TopicWorker.class);
    private static final Duration BACKOFF_MIN = Duration.ofMillis(500);
    private static final Duration BACKOFF_MAX = Duration.ofSeconds(60);
    private static final Duration AFTER_SUPERSEDED = Duration.ofMillis(100);

    /** Number of looks at a table that seems complete before it is loaded all the same. */
    private static final int QUIET_STEPS_MAX = 30;

    private final TableRound rounds;
    private final TableRetention retention;
    private final TopicLog log;
    private final TableServiceLinks links;
    private final Environment environment;
    private final Semaphore permits;
    private final Signal signal;
    private final Component health;
    private final TableMetrics metrics;
    private final EarlyUpload early;
    private volatile TableTopic topic;
    private volatile boolean stopped;
    private volatile TableStatus.State state = TableStatus.State.STARTING;
    private volatile @Nullable TableProgress progress;
    private volatile @Nullable String lastError;
    private volatile long lastCommitMillis;
    private volatile long rows;
    private volatile long quarantined;
    private volatile long trimmed;
    private Duration backoff = BACKOFF_MIN;
    private int quietSteps;

    /** Parts that all workers share. */
    record Shared(
            TableRound.Sources sources,
            TableServiceConfig config,
            TableServiceLinks links,
            Environment environment,
            Semaphore permits) {}

    TopicWorker(TableTopic topic, Shared shared, MeterRegistry meters) {
        this.topic = topic;
        this.links = shared.links();
        this.environment = shared.environment();
        this.permits = shared.permits();
        this.early = new EarlyUpload(links.uploads());
        this.log = shared.sources().log();
        this.rounds = new TableRound(shared.sources(), environment, shared.config().limits());
        this.retention = new TableRetention(shared.sources().catalog(), environment.clock());
        this.signal = new Signal(environment.clock());
        this.health = environment.health().background("table", topic.name(), Policy.RETRY);
        this.metrics = new TableMetrics(meters, topic.name(), this::status);
    }

    /** Replaces the topic and its settings. */
    void update(TableTopic newTopic) {
        if (!newTopic.equals(topic)) {
            topic = newTopic;
            signal.raise();
        }
    }

    /** Runs a round soon, whatever the pace says. */
    void hurry() {
        signal.raise();
    }

    void stop() {
        stopped = true;
        signal.raise();
    }

    TableTopic topic() {
        return topic;
    }

    /** Returns the reason why the topic's table, as it was last seen, cannot have the settings. */
    Optional<String> refusal(TableConfig wanted) {
        return wanted.partitionBy().equals(topic.config().partitionBy())
                ? Optional.empty()
                : rounds.refusal(wanted.partitionBy());
    }

    void run() {
        try {
            health.restarting(this::work).run();
        } finally {
            metrics.close();
            health.close();
        }
    }

    private void work() throws InterruptedException {
        while (!stopped) {
            Duration pause = attempt();
            if (!stopped) {
                signal.await(pause);
            }
        }
    }

    private Duration attempt() throws InterruptedException {
        TableTopic now = topic;
        try {
            Duration pause = step(now);
            health.running();
            lastError = null;
            backoff = BACKOFF_MIN;
            return pause;
        } catch (RuntimeException | Error e) { // an Error, too: this table alone is held up by it
            if (stopped) {
                return Duration.ZERO;
            }
            Duration pause = backoff;
            backoff = min(backoff.multipliedBy(2), BACKOFF_MAX);
            try {
                failed(now, e);
            } catch (RuntimeException | Error again) { // short of memory, saying so fails, too
                state = TableStatus.State.FAILING;
            }
            return pause;
        }
    }

    private void failed(TableTopic now, Throwable e) {
        String error = e.getMessage() == null || e instanceof Error ? e.toString() : e.getMessage();
        boolean isNew = !error.equals(lastError);
        if (e instanceof Error || (isNew && isBug(e))) {
            health.unexpected(e);
        }
        health.retrying(error);
        if (isNew) {
            LOG.warn("table of topic {}: {}", now.name(), error, e);
        }
        lastError = error;
        state = TableStatus.State.FAILING;
        metrics.failed();
    }

    /** Returns true for the JDK's own exceptions; the store, Iceberg and Kafka have theirs. */
    private static boolean isBug(Throwable e) {
        return e.getClass().getName().startsWith("java.") && !(e instanceof UncheckedIOException);
    }

    /** Does the work that is due and returns the time until the next look. */
    private Duration step(TableTopic now) throws InterruptedException {
        Duration pace = pace(now);
        if (progress == null) {
            advanceTo(now, rounds.progress(now));
        }
        // Another node may be the committer: the first upload is that of who has the records.
        if (!now.config().paused() && hasNoCommit()) {
            early.glance(now);
            pace = min(pace, EarlyUpload.GLANCE);
        }
        OptionalLong epoch = links.epochs().of(now.id());
        if (epoch.isEmpty()) {
            state = TableStatus.State.STANDBY;
            advanceTo(now, rounds.progress(now));
            return pace;
        }
        if (now.config().paused()) {
            state = TableStatus.State.PAUSED;
            return pace;
        }
        if (hasNothingNew(now) && ++quietSteps < QUIET_STEPS_MAX) {
            state = TableStatus.State.RUNNING;
            retention.runIfDue(now, epoch.getAsLong());
            return pace;
        }
        quietSteps = 0;
        permits.acquire();
        try {
            return round(now, epoch.getAsLong(), pace);
        } finally {
            permits.release();
        }
    }

    private boolean hasNoCommit() {
        TableProgress known = progress;
        return known == null || known.nextOffsets().isEmpty();
    }

    /**
     * Returns true if the log has nothing beyond the known progress; a rollback by others shows
     * only when the table is loaded.
     */
    private boolean hasNothingNew(TableTopic now) {
        TableProgress known = progress;
        return known != null && lastError == null && lag(now, known) == 0;
    }

    private Duration round(TableTopic now, long epoch, Duration pace) {
        RoundResult result = rounds.run(now, epoch);
        state = TableStatus.State.RUNNING;
        return switch (result) {
            case RoundResult.Idle idle -> {
                advanceTo(now, idle.progress());
                retention.runIfDue(now, epoch);
                yield pace;
            }
            case RoundResult.Superseded superseded -> {
                LOG.info("table of topic {}: {}; again", now.name(), superseded.why());
                yield AFTER_SUPERSEDED;
            }
            case RoundResult.Advanced advanced -> {
                count(now, advanced);
                advanceTo(now, advanced.progress());
                retention.runIfDue(now, epoch);
                yield advanced.moreToDo() ? Duration.ZERO : pace;
            }
        };
    }

    private void count(TableTopic now, RoundResult.Advanced advanced) {
        long newRows = 0;
        long newQuarantined = 0;
        long newTrimmed = 0;
        for (TranslatedRange range : advanced.ranges()) {
            newRows += range.rows();
            newQuarantined += range.quarantined();
            newTrimmed += range.trimmed();
            if (range.trimmed() > 0) {
                LOG.warn(
                        "table of topic {}: offsets [{}, {}) of partition {} left the log before they could be read",
                        now.name(),
                        range.fromOffset(),
                        range.startOffset(),
                        range.partition());
            }
        }
        metrics.advanced(advanced);
        lastCommitMillis = environment.clock().wallMillis();
        rows = rows + newRows;
        quarantined = quarantined + newQuarantined;
        trimmed = trimmed + newTrimmed;
    }

    private void advanceTo(TableTopic now, TableProgress newProgress) {
        TableProgress old = progress;
        progress = newProgress;
        if (old == null || !old.nextOffsets().equals(newProgress.nextOffsets())) {
            links.progress().progressed(now, newProgress.nextOffsets());
        }
    }

    private static Duration pace(TableTopic now) {
        return Duration.ofMillis(Math.max(50, now.config().freshnessMillis() / 3));
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    /**
     * Returns the lowest offset that the log must keep for the table; 0 until the table's progress
     * is known.
     */
    long pinnedOffset(int partition) {
        TableProgress known = progress;
        if (!topic.config().pin()) {
            return Long.MAX_VALUE;
        }
        return known == null ? 0 : known.nextOffset(partition).orElse(0);
    }

    TableStatus status() {
        TableTopic now = topic;
        TableProgress known = progress;
        long lag = lag(now, known);
        long watermark = known == null ? 0 : known.watermarkMillis();
        boolean ages = lag > 0 && watermark > 0;
        return new TableStatus(
                now.id(),
                now.name(),
                now.config().identifier(),
                state,
                lag,
                ages ? Math.max(0, environment.clock().wallMillis() - watermark) : 0,
                known == null ? new TreeMap<>() : known.nextOffsets(),
                rows,
                quarantined,
                trimmed,
                lastCommitMillis,
                lastError);
    }

    private long lag(TableTopic now, @Nullable TableProgress known) {
        long lag = 0;
        for (int partition = 0; partition < now.partitions(); partition++) {
            TopicLog.Committed stream = log.committed(now.id(), partition).orElse(null);
            if (stream != null) {
                long next = known == null ? 0 : known.nextOffset(partition).orElse(0);
                lag += stream.endOffset() - Math.max(next, stream.startOffset());
            }
        }
        return Math.max(0, lag);
    }
}
