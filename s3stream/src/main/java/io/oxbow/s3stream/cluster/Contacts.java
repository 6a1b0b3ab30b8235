package io.oxbow.s3stream.cluster;

import io.oxbow.s3stream.env.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Last sign of life of each node epoch, as this process has heard them by its own clock while it
 * led. What an earlier leadership has heard does not count in a later one: nobody could be heard
 * between the two. Thread-safe.
 */
public final class Contacts {

    /** Silence in which two signs of life should have come. */
    private static final Duration OVERDUE = Duration.ofSeconds(1);

    private final Clock clock;
    private final Map<Long, Long> heard = new HashMap<>();
    private int leaderEpoch;

    public Contacts(Clock clock) {
        this.clock = clock;
    }

    /** Notes a sign of life now, while this process leads at {@code leaderEpoch}. */
    public synchronized void heard(int leaderEpoch, long nodeEpoch) {
        heard(leaderEpoch, nodeEpoch, clock.nanoTime());
    }

    /** Notes one of that moment, which this process has heard before it led. */
    synchronized void heard(int leaderEpoch, long nodeEpoch, long nanoTime) {
        begin(leaderEpoch);
        heard.put(nodeEpoch, nanoTime);
    }

    /**
     * Returns how long an epoch has been silent. One that was never heard counts as heard when it
     * is asked for first: it has just registered, or this process has just begun to lead.
     */
    synchronized Duration silence(int leaderEpoch, long nodeEpoch) {
        begin(leaderEpoch);
        long now = clock.nanoTime();
        Long last = heard.putIfAbsent(nodeEpoch, now);
        return last == null ? Duration.ZERO : Duration.ofNanos(Math.max(0, now - last));
    }

    /** Returns true if an epoch's next sign of life is overdue. */
    synchronized boolean misses(int leaderEpoch, long nodeEpoch) {
        return silence(leaderEpoch, nodeEpoch).compareTo(OVERDUE) > 0;
    }

    /** Forgets all: this process has stood still, and could hear nobody. */
    synchronized void beginAnew() {
        heard.clear();
    }

    private void begin(int newLeaderEpoch) {
        if (leaderEpoch != newLeaderEpoch) {
            leaderEpoch = newLeaderEpoch;
            heard.clear();
        }
    }
}
