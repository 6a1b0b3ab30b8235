package io.oxbow.simulation.kernel;

import java.util.ArrayDeque;
import java.util.Deque;

/** The last events of a run, in words, with step and simulated second. */
final class Journal {

    private static final int LINES_MAX = 400;

    private final SimulatedScheduler scheduler;
    private final Deque<String> lines = new ArrayDeque<>();

    Journal(SimulatedScheduler scheduler) {
        this.scheduler = scheduler;
    }

    void add(String message, Object... values) {
        if (lines.size() == LINES_MAX) {
            lines.removeFirst();
        }
        lines.add(
                "%8d %10.3fs  %s"
                        .formatted(
                                scheduler.steps(),
                                scheduler.nowNanos() / 1e9,
                                message.formatted(values)));
    }

    @Override
    public String toString() {
        var text = new StringBuilder();
        lines.forEach(line -> text.append(line).append('\n'));
        return text.toString();
    }
}
