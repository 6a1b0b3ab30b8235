package io.oxbow.tableflow.service;

import io.micrometer.core.instrument.MeterRegistry;
import io.oxbow.s3stream.env.Component;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.env.Policy;
import io.oxbow.tableflow.commit.TableProgress;
import io.oxbow.tableflow.config.TableConfig;
import io.oxbow.tableflow.tend.TopicTending;
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
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import org.apache.iceberg.util.ThreadPools;
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

    /** Longest and shortest time between two looks at the ends of the log. */
    private static final long LOOK_MAX_MILLIS = 10_000;

    private static final long LOOK_MIN_MILLIS = 100;

    /** Time between two turns of tending. */
    private static final long TEND_MILLIS = 20_000;

    /** Number of looks after which ends that go on moving are waited for no more. */
    private static final int MOVING_LOOKS_MAX = 5;

    /** Number of periods without news before the table is loaded all the same. */
    private static final int QUIET_PERIODS_MAX = 10;

    private final TableRound rounds;
    private final TableRetention retention;
    private final TopicLog log;
    private final TableServiceLinks links;
    private final Environment environment;
    private final Semaphore permits;
    private final Signal signal;
    private final TopicTending tending;
    private final Component health;
    private final TableMetrics metrics;
    private final EarlyUpload early;
    private final TickUploads uploads;
    private final RoundCounts counts = new RoundCounts();
    private final CommitPeriods periods = new CommitPeriods();
    private volatile TableTopic topic;
    private volatile boolean stopped;
    private volatile TableStatus.State state = TableStatus.State.STARTING;
    private volatile @Nullable TableProgress progress;
    private volatile @Nullable String lastError;
    private volatile long roundsEnded;
    private volatile long tendMillis;
    private Duration backoff = BACKOFF_MIN;
    private long lookMillis = LOOK_MIN_MILLIS;
    private long lastEnds = -1;
    private int movingLooks;
    private int quietPeriods;
    private boolean isBehind;

    /** Parts that all workers share. */
    record Shared(
            TableRound.Sources sources,
            TableServiceConfig config,
            TableServiceLinks links,
            TickUploads uploads,
            Environment environment,
            Semaphore permits) {}

    TopicWorker(TableTopic topic, Shared shared, MeterRegistry meters) {
        this.topic = topic;
        this.links = shared.links();
        this.environment = shared.environment();
        this.permits = shared.permits();
        this.early = new EarlyUpload(links.uploads());
        this.uploads = shared.uploads();
        this.log = shared.sources().log();
        this.rounds = new TableRound(shared.sources(), environment, shared.config().limits());
        this.retention = new TableRetention(shared.sources().catalog(), environment.clock());
        this.tending = new TopicTending(shared.sources().catalog(), environment, () -> roundsEnded);
        this.signal = new Signal(environment.clock());
        this.health = environment.health().background("table", topic.name(), Policy.RETRY);
        this.metrics = new TableMetrics(meters, topic.name(), this::status);
    }

    /** Replaces the topic and its settings. */
    void update(TableTopic newTopic) {
        if (!newTopic.equals(topic)) {
            topic = newTopic;
            tendMillis = 0;
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
            if (stopped || isEndOfProcess(e)) {
                return stopped ? Duration.ZERO : BACKOFF_MAX;
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

    /**
     * Returns true if Iceberg's threads have ended, as they do at the signal that ends the process,
     * while it is still giving its partitions away. This node's successor goes on with the table.
     */
    private static boolean isEndOfProcess(Throwable e) {
        return e instanceof RejectedExecutionException && ThreadPools.getWorkerPool().isShutdown();
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
    static boolean isBug(Throwable e) {
        return e.getClass().getName().startsWith("java.") && !(e instanceof UncheckedIOException);
    }

    /** Does the work that is due and returns the time until the next look. */
    private Duration step(TableTopic now) throws InterruptedException {
        boolean isTick =
                periods.begin(environment.clock().wallMillis(), now.config().freshnessMillis());
        if (isTick) {
            tick(now);
        }
        OptionalLong epoch = links.epochs().of(now.id());
        if (progress == null || (isTick && epoch.isEmpty())) {
            advanceTo(now, rounds.progress(now));
        }
        if (!now.config().paused() && hasNoCommit()) {
            // Another node may be the committer: the first upload is that of who has the records.
            early.glance(now);
        }
        if (epoch.isEmpty()) {
            state = TableStatus.State.STANDBY;
            return nextLook();
        }
        if (now.config().paused()) {
            state = TableStatus.State.PAUSED;
            return nextLook();
        }
        if (isWaiting(now)) {
            state = TableStatus.State.RUNNING;
            retention.runIfDue(now, epoch.getAsLong());
            return nextLook();
        }
        permits.acquire();
        try {
            return round(now, epoch.getAsLong());
        } finally {
            permits.release();
        }
    }

    /**
     * Takes a turn at tending the table, if one is due. Called by one thread, beside the worker's
     * own.
     *
     * @return true if a turn was taken
     */
    boolean tend() {
        TableTopic now = topic;
        OptionalLong epoch = links.epochs().of(now.id());
        long millis = environment.clock().wallMillis();
        if (stopped || epoch.isEmpty() || millis < tendMillis) {
            return false;
        }
        tendMillis = millis + TEND_MILLIS;
        if (tending.run(now, epoch.getAsLong())) {
            tendMillis = 0;
        }
        return true;
    }

    /** Begins a period: what this node holds of the topic's records goes to the bucket. */
    private void tick(TableTopic now) {
        lookMillis = LOOK_MIN_MILLIS;
        movingLooks = 0;
        quietPeriods++;
        if (!now.config().paused()) {
            uploads.at(periods.tickMillis(), now);
        }
    }

    /** Returns true while no round is due, or records may still be on their way to the bucket. */
    private boolean isWaiting(TableTopic now) {
        if (isBehind || lastError != null) {
            return false;
        }
        if (!periods.isDue() && !hasNoCommit()) {
            return true;
        }
        if (hasNothingNew(now)) {
            return quietPeriods < QUIET_PERIODS_MAX;
        }
        long ends = ends(now);
        if (ends == lastEnds || ++movingLooks > MOVING_LOOKS_MAX) {
            return false;
        }
        lastEnds = ends;
        lookMillis = LOOK_MIN_MILLIS;
        return true;
    }

    /** Returns the time until the next look; it doubles until the next period or news. */
    private Duration nextLook() {
        Duration untilTick = periods.untilNext(environment.clock().wallMillis());
        if (!periods.isDue()) {
            lookMillis = LOOK_MAX_MILLIS;
        }
        Duration look = Duration.ofMillis(lookMillis);
        lookMillis = Math.min(2 * lookMillis, LOOK_MAX_MILLIS);
        return min(hasNoCommit() ? min(look, EarlyUpload.GLANCE) : look, untilTick);
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
        return known != null && lag(now, known) == 0;
    }

    private Duration round(TableTopic now, long epoch) {
        RoundResult result;
        try {
            result = rounds.run(now, epoch);
        } finally {
            roundsEnded = roundsEnded + 1;
        }
        state = TableStatus.State.RUNNING;
        quietPeriods = 0;
        return switch (result) {
            case RoundResult.Idle idle -> {
                settled(now, idle.progress(), epoch);
                yield nextLook();
            }
            case RoundResult.Superseded superseded -> {
                LOG.info("table of topic {}: {}; again", now.name(), superseded.why());
                isBehind = true;
                yield AFTER_SUPERSEDED;
            }
            case RoundResult.Advanced advanced -> {
                counts.advanced(now.name(), advanced, environment.clock().wallMillis());
                metrics.advanced(advanced);
                settled(now, advanced.progress(), epoch);
                isBehind = advanced.moreToDo();
                yield isBehind ? Duration.ZERO : nextLook();
            }
        };
    }

    private void settled(TableTopic now, TableProgress newProgress, long epoch) {
        isBehind = false;
        periods.committed();
        advanceTo(now, newProgress);
        retention.runIfDue(now, epoch);
    }

    private void advanceTo(TableTopic now, TableProgress newProgress) {
        TableProgress old = progress;
        progress = newProgress;
        if (old == null || !old.nextOffsets().equals(newProgress.nextOffsets())) {
            links.progress().progressed(now, newProgress.nextOffsets());
        }
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
                counts.rows(),
                counts.quarantined(),
                counts.trimmed(),
                counts.lastCommitMillis(),
                lastError,
                now.config().freshnessMillis(),
                tending.status());
    }

    /** Returns the sum of the ends of the topic's partitions in the bucket. */
    private long ends(TableTopic now) {
        long ends = 0;
        for (int partition = 0; partition < now.partitions(); partition++) {
            ends +=
                    log.committed(now.id(), partition)
                            .map(TopicLog.Committed::endOffset)
                            .orElse(0L);
        }
        return ends;
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
