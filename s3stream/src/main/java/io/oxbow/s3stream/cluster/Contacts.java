package io.oxbow.s3stream.cluster;

import io.oxbow.s3stream.env.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

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

    /** Epochs that are heard and do not hear: answers to them get lost. */
    private final Set<Long> unanswered = new HashSet<>();

    private int leaderEpoch;

    public Contacts(Clock clock) {
        this.clock = clock;
    }

    /**
     * Notes a sign of life now, while this process leads at {@code leaderEpoch}.
     *
     * @param answered false if the one before was not answered, as far as the node knows
     */
    public synchronized void heard(int leaderEpoch, long nodeEpoch, boolean answered) {
        heard(leaderEpoch, nodeEpoch, clock.nanoTime());
        if (answered) {
            unanswered.remove(nodeEpoch);
        } else {
            unanswered.add(nodeEpoch);
        }
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

    /** Returns true if an epoch's next sign of life is overdue, or it hears no answers to them. */
    synchronized boolean misses(int leaderEpoch, long nodeEpoch) {
        return silence(leaderEpoch, nodeEpoch).compareTo(OVERDUE) > 0
                || unanswered.contains(nodeEpoch);
    }

    /** Forgets all: this process has stood still, and could hear nobody. */
    synchronized void beginAnew() {
        forget();
    }

    private void begin(int newLeaderEpoch) {
        if (leaderEpoch != newLeaderEpoch) {
            leaderEpoch = newLeaderEpoch;
            forget();
        }
    }

    private void forget() {
        heard.clear();
        unanswered.clear();
    }
}
