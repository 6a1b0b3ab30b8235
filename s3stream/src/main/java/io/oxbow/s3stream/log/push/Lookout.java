package io.oxbow.s3stream.log.push;

import io.oxbow.s3stream.env.Clock;
import io.oxbow.s3stream.log.format.LogPosition;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Decides when a follower looks into the bucket for new slots. While the leader tells its slot with
 * each contact, and pushes what it has written, that is hardly ever. Thread-safe, but for what the
 * log's own thread does.
 */
public final class Lookout {

    /** Time in which two contacts fit; a leader that is silent for longer tells nothing. */
    private static final Duration TOLD_FOR = Duration.ofMillis(1_500);

    /** Factor by which looks are rarer while the leader tells its slot. */
    private static final int POLLS_PER_LOOK_WHEN_TOLD = 240;

    /** Last slot of a leader, as it told it. */
    private record Told(int leaderEpoch, long slot, long nanos) {}

    private final Clock clock;
    private final Duration pollInterval;
    private final Supplier<LogPosition> applied;
    private final AtomicBoolean wanted = new AtomicBoolean(true);
    private volatile Told told = new Told(-1, -1, 0);
    private long lookedAt;

    /**
     * @param applied position in the log up to which this process has applied it
     */
    public Lookout(Clock clock, Duration pollInterval, Supplier<LogPosition> applied) {
        this.clock = clock;
        this.pollInterval = pollInterval;
        this.applied = applied;
    }

    /** Asks for a look at the next turn. */
    public void want() {
        wanted.set(true);
    }

    /**
     * Notes the slot that the leader of an epoch has told.
     *
     * @return true if what it told before was not pushed here since, and has to be looked for
     */
    public boolean tell(int leaderEpoch, long slot) {
        Told before = told;
        told = new Told(leaderEpoch, slot, clock.nanoTime());
        boolean late = before.leaderEpoch() == leaderEpoch && before.slot() > applied.get().slot();
        if (late) {
            want();
        }
        return late;
    }

    /** Returns true while the leader of this process's knowledge tells its slot. */
    public boolean isTold() {
        Told last = told;
        LogPosition place = applied.get();
        return last.leaderEpoch() == place.leader().leaderEpoch()
                && !place.resigned()
                && clock.nanoTime() - last.nanos() < TOLD_FOR.toNanos();
    }

    /** Returns true when it is time to look; used by the log's own thread. */
    public boolean isDue() {
        return wanted.get() || untilDue() <= 0;
    }

    /** Notes that a look begins; used by the log's own thread. */
    public void begin() {
        wanted.set(false);
        lookedAt = clock.nanoTime();
    }

    /** Returns how long to wait for a signal before it has to be asked again whether one is due. */
    public Duration pause() {
        long nanos = Math.max(1, untilDue());
        return Duration.ofNanos(isTold() ? Math.min(nanos, TOLD_FOR.toNanos()) : nanos);
    }

    private long untilDue() {
        long interval = pollInterval.toNanos() * (isTold() ? POLLS_PER_LOOK_WHEN_TOLD : 1);
        return lookedAt + interval - clock.nanoTime();
    }
}
