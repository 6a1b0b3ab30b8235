package io.oxbow.simulation;

import io.oxbow.simulation.kernel.Simulation;
import io.oxbow.simulation.scenario.Scenario;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Seeds that are run one after the other, each with every scenario.
 *
 * @param count how many, unless it is a soak
 * @param soakMinutes how long it goes on beyond them
 * @param keepGoing whether a failure does not end it
 */
record SeedRange(long first, int count, @Nullable Integer soakMinutes, boolean keepGoing) {

    private static final long TELL_NANOS = Duration.ofMinutes(1).toNanos();

    /** Returns the exit code: 1 when something failed. */
    int run(List<Scenario> scenarios, PrintWriter out) {
        long start = System.nanoTime();
        long told = start;
        long steps = 0;
        int failed = 0;
        long next = first;
        while (goesOn(next, start) && (failed == 0 || keepGoing)) {
            for (Scenario each : scenarios) {
                Simulation.Outcome outcome = Simulate.run(each, next);
                steps += outcome.steps();
                if (outcome.failure() != null) {
                    failed++;
                    tell(out, each, next, outcome);
                    if (!keepGoing) {
                        outcome.failure().printStackTrace(out);
                        break;
                    }
                }
            }
            next++;
            if (System.nanoTime() - told > TELL_NANOS) {
                told = System.nanoTime();
                out.printf("%d seeds, %d steps, %d failed%n", next - first, steps, failed);
                out.flush();
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        out.printf(
                "%s: %d scenarios x %d seeds, %d steps, %.0f s, %.1f runs/s%n",
                failed == 0 ? "clean" : failed + " failed",
                scenarios.size(),
                next - first,
                steps,
                seconds,
                (next - first) * scenarios.size() / Math.max(seconds, 1e-3));
        out.flush();
        return failed == 0 ? 0 : 1;
    }

    private boolean goesOn(long next, long startNanos) {
        if (soakMinutes == null) {
            return next < first + count;
        }
        return System.nanoTime() - startNanos < Duration.ofMinutes(soakMinutes).toNanos();
    }

    /** Prints a failure, and the command that shows it again. */
    static void tell(PrintWriter out, Scenario scenario, long seed, Simulation.Outcome outcome) {
        String why = String.valueOf(Objects.requireNonNull(outcome.failure()).getMessage());
        out.printf(
                "FAILED scenario %s seed %d step %d: %s%n  bin/simulate --scenario %s --seed %d%n",
                scenario.name(), seed, outcome.steps(), why, scenario.name(), seed);
        out.flush();
    }
}
