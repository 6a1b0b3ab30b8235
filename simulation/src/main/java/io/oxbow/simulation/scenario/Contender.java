package io.oxbow.simulation.scenario;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.log.BucketMetadataLog;
import io.oxbow.s3stream.log.LeaderAliveException;
import io.oxbow.s3stream.log.LogAppendException;
import io.oxbow.s3stream.log.LogConfig;
import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.simulation.kernel.Chance;
import io.oxbow.simulation.kernel.SimulatedProcess;
import io.oxbow.simulation.kernel.Simulation;
import io.oxbow.simulation.world.FaultyObjectStore;
import io.oxbow.simulation.world.StoreFaults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Process that leads the metadata log, or asks its leader through the bucket, having no network. It
 * knows the spans in which it was hindered: paused, dead, or with a bucket that fails.
 */
final class Contender {

    /** Stretch of simulated time; an open one has not ended. */
    private record Span(long from, long to) {
        long within(long begin, long end) {
            return Math.max(0, Math.min(to, end) - Math.max(from, begin));
        }
    }

    private static final int ASKS_PERCENT = 50;
    private static final Duration PAUSE_MAX = Duration.ofSeconds(20);

    private final Simulation simulation;
    private final Takeovers takeovers;
    private final SimulatedProcess process;
    private final FaultyObjectStore store;
    private final Chance chance;
    private final List<Span> stopped = new ArrayList<>();
    private final List<Span> faulty = new ArrayList<>();
    private @Nullable MetadataLog log;
    private long stoppedSince = -1;
    private long faultySince = -1;
    private boolean resting;
    private boolean asking;

    Contender(
            Simulation simulation,
            Takeovers takeovers,
            SimulatedProcess process,
            FaultyObjectStore store) {
        this.simulation = simulation;
        this.takeovers = takeovers;
        this.process = process;
        this.store = store;
        this.chance = simulation.chance().split();
    }

    String name() {
        return process.name();
    }

    @Nullable MetadataLog log() {
        return log;
    }

    boolean isAsking() {
        return asking;
    }

    boolean isDead() {
        return process.isDead();
    }

    /** Begins no new work; work under way goes on. */
    void rest() {
        resting = true;
    }

    /** Runs the process; the body of its first thread. */
    void live(LogConfig config, Seams seams) {
        MetadataLog opened =
                seams.log()
                        .apply(
                                BucketMetadataLog.open(
                                        seams.store().apply(store), config, process.environment()));
        log = opened;
        try {
            while (!resting) {
                process.environment().clock().sleep(chance.between(Duration.ZERO, PAUSE_MAX));
                act(opened);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void act(MetadataLog opened) {
        if (resting) {
            return;
        }
        if (opened.leadership().here()) {
            if (chance.oneIn(3)) {
                append(opened);
            }
        } else if (chance.percent(ASKS_PERCENT)) {
            ask(opened);
        }
    }

    /** Appends one record, if this process leads. */
    void append(MetadataLog opened) {
        String name = takeovers.ledger().newName("core");
        try {
            opened.append(
                    List.of(new CoreRecord.PutPointer(name, 0, chance.bytes(chance.nextInt(40)))));
            takeovers.ledger().acked(name);
        } catch (LogAppendException e) {
            switch (e.retry()) {
                case RETRYABLE -> takeovers.ledger().failed(name);
                case UNKNOWN -> takeovers.ledger().unknown(name);
                case FATAL -> simulation.check(false, "the log has failed: %s", e);
            }
        }
    }

    /** Asks the leader for the log, as a newcomer that hears nothing by network. */
    void ask(MetadataLog opened) {
        var asked = new Takeovers.Asked(this);
        asking = true;
        try {
            MetadataLog.Leadership own =
                    opened.takeOver(leader -> {
                        asked.about(leader.leaderEpoch(), now());
                        return MetadataLog.LeaderSign.SILENT;
                    });
            takeovers.succeeded(asked, own, now());
        } catch (LeaderAliveException e) {
            takeovers.refused(asked, String.valueOf(e.getMessage()), now());
        } catch (LogAppendException e) {
            simulation.say("%s: not taken over: %s", name(), String.valueOf(e.getMessage()));
        } catch (S3StreamException e) {
            simulation.check(
                    e.getClass().getSimpleName().equals("StoppedException"), "%s", e.toString());
        } finally {
            asking = false;
        }
    }

    /** Asks on a thread of the process. */
    void spawnAsk() {
        MetadataLog opened = log;
        if (opened != null) {
            asking = true;
            process.spawn(() -> ask(opened));
        }
    }

    void crash() {
        pause();
        process.crash();
        simulation.say("%s dies", name());
    }

    void pause() {
        if (process.isRunning()) {
            simulation.say("%s stands still", name());
            process.pause();
            stoppedSince = now();
        }
    }

    void resume() {
        if (stoppedSince >= 0 && !process.isDead()) {
            simulation.say("%s goes on", name());
            stopped.add(new Span(stoppedSince, now()));
            stoppedSince = -1;
            process.resume();
        }
    }

    /** Makes requests fail from now on. */
    void faults(StoreFaults faults) {
        store.faults(faults);
        hinder();
    }

    void cutOff() {
        store.cutOff(true);
        hinder();
    }

    /** Ends the faults; a request under way still waits for its answer in vain. */
    void reach() {
        store.cutOff(false);
        store.faults(StoreFaults.none());
        if (faultySince >= 0) {
            faulty.add(new Span(faultySince, now() + StoreFaults.TIMEOUT.toNanos()));
            faultySince = -1;
        }
    }

    private void hinder() {
        faultySince = faultySince < 0 ? now() : faultySince;
    }

    /** Returns the time within a span in which the process could not be expected to answer. */
    Duration hindered(long from, long to) {
        return Duration.ofNanos(
                within(stopped, stoppedSince, from, to) + within(faulty, faultySince, from, to));
    }

    /** Returns false if the process ran at no moment of a span. */
    boolean ran(long from, long to) {
        return within(stopped, stoppedSince, from, to) < to - from;
    }

    private static long within(List<Span> ended, long since, long from, long to) {
        long sum = since < 0 ? 0 : new Span(since, to).within(from, to);
        for (Span span : ended) {
            sum += span.within(from, to);
        }
        return sum;
    }

    private long now() {
        return simulation.clock().nanoTime();
    }
}
