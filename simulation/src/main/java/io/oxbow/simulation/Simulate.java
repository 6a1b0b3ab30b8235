package io.oxbow.simulation;

import io.oxbow.simulation.kernel.SimulatedScheduler;
import io.oxbow.simulation.kernel.Simulation;
import io.oxbow.simulation.scenario.Scenario;
import io.oxbow.simulation.scenario.Seams;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line: runs scenarios from seeds, and says which seed failed. */
@Command(
        name = "simulate",
        mixinStandardHelpOptions = true,
        description = {
            "Runs the storage engine's own classes from seeds, over a bucket and disks that fail,"
                    + " and checks the invariants.",
            "A failure prints the command that shows it again, and ends with exit code 1."
        })
public final class Simulate implements Callable<Integer> {

    private static final long STRIDE = 1_000_000_000L;

    @Option(
            names = "--scenario",
            paramLabel = "NAME",
            description = "The scenario to run (default: all).")
    private @Nullable String scenario;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "The seed to run; its events are printed when it fails.")
    private @Nullable Long seed;

    @Option(names = "--trace", description = "With --seed: prints the events anyway.")
    private boolean trace;

    @Option(
            names = "--seeds",
            paramLabel = "COUNT",
            description = "Number of seeds per scenario (default: ${DEFAULT-VALUE}).",
            defaultValue = "100")
    private int seeds;

    @Option(
            names = "--from",
            paramLabel = "SEED",
            description = "The first seed; by default a new one, which is printed.")
    private @Nullable Long from;

    @Option(
            names = "--soak",
            paramLabel = "MINUTES",
            description = "Minutes for which it goes on with new seeds, unless one fails.")
    private @Nullable Integer soakMinutes;

    @Option(
            names = "--jobs",
            paramLabel = "N",
            description =
                    "Number of processes that share the seeds (default: ${DEFAULT-VALUE}). Each run has one"
                            + " thread.",
            defaultValue = "1")
    private int jobs;

    @Option(
            names = "--keep-going",
            description = "Goes on after a failure; at the end all failures are counted.")
    private boolean keepGoing;

    @Spec private @Nullable CommandSpec spec;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Simulate()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        List<Scenario> chosen = chosen();
        PrintWriter out = commandLine().getOut();
        requireAtLeastOne("--seeds", seeds);
        requireAtLeastOne("--jobs", jobs);
        long first = first();
        out.printf("base %d%n", first);
        out.flush();
        if (seed != null) {
            return replay(chosen, first, out);
        }
        var range = new SeedRange(first, seeds, soakMinutes, keepGoing);
        return jobs == 1
                ? range.run(chosen, out)
                : new Jobs(jobs, range).run(chosen, scenario, out);
    }

    private int replay(List<Scenario> chosen, long only, PrintWriter out) {
        for (Scenario each : chosen) {
            Simulation.Outcome outcome = run(each, only);
            if (outcome.failure() != null || trace) {
                out.print(outcome.journal());
            }
            if (outcome.failure() != null) {
                out.print(outcome.whereThreadsStood());
                SeedRange.tell(out, each, only, outcome);
                outcome.failure().printStackTrace(out);
                out.flush();
                return 1;
            }
            out.printf(
                    "%s: %d steps, trace %016x%n",
                    each.name(), outcome.steps(), outcome.traceHash());
        }
        out.printf("clean: %d scenarios x 1 seeds%n", chosen.size());
        out.flush();
        return 0;
    }

    /**
     * Runs a scenario from a seed, a second time if a thread was woken from outside. A thread that
     * waits for a monitor of the JDK's own, held by a thread of the JVM's, is woken from outside,
     * once in thousands of runs; a run that fails so again has the fault in the engine.
     */
    public static Simulation.Outcome run(Scenario scenario, long seed) {
        Simulation.Outcome outcome = runOnce(scenario, seed);
        boolean woken =
                outcome.failure() != null
                        && String.valueOf(outcome.failure().getMessage())
                                .startsWith(SimulatedScheduler.WOKEN_FROM_OUTSIDE);
        return woken ? runOnce(scenario, seed) : outcome;
    }

    private static Simulation.Outcome runOnce(Scenario scenario, long seed) {
        return Simulation.run(
                seed, scenario.stepsMax(), simulation -> scenario.run(simulation, Seams.none()));
    }

    private void requireAtLeastOne(String option, int value) {
        if (value < 1) {
            throw new ParameterException(
                    commandLine(), "%s is %d, must be at least 1".formatted(option, value));
        }
    }

    private long first() {
        if (seed != null && from != null) {
            throw new ParameterException(commandLine(), "--seed and --from exclude each other");
        }
        if (seed != null) {
            return seed;
        }
        return from != null ? from : new SecureRandom().nextLong(STRIDE) * 1000;
    }

    private List<Scenario> chosen() {
        if (scenario == null) {
            return Scenarios.all();
        }
        List<Scenario> found =
                Scenarios.all().stream().filter(each -> each.name().equals(scenario)).toList();
        if (found.isEmpty()) {
            throw new ParameterException(
                    commandLine(),
                    "--scenario is '%s'; there are %s"
                            .formatted(
                                    scenario,
                                    Scenarios.all().stream().map(Scenario::name).toList()));
        }
        return found;
    }

    private CommandLine commandLine() {
        return Objects.requireNonNull(spec).commandLine();
    }
}
