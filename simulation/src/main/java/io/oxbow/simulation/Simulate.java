package io.oxbow.simulation;

import io.oxbow.simulation.scenario.Scenario;
import io.oxbow.simulation.scenario.Seams;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.util.List;
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
            "Runs the storage engine's own classes from seeds, over a bucket and a disk that fail,"
                    + " and checks what must hold.",
            "A failure prints scenario, seed and step, and ends with exit code 1; --scenario NAME"
                    + " --seed N shows it again."
        })
public final class Simulate implements Callable<Integer> {

    private static final long STRIDE = 1_000_000_000L;

    @Option(names = "--scenario", paramLabel = "NAME", description = "Only this one.")
    private @Nullable String scenario;

    @Option(names = "--seed", paramLabel = "N", description = "Only this seed.")
    private @Nullable Long seed;

    @Option(
            names = "--seeds",
            paramLabel = "COUNT",
            description = "So many seeds per scenario (default: ${DEFAULT-VALUE}).",
            defaultValue = "100")
    private int seeds;

    @Option(
            names = "--from",
            paramLabel = "SEED",
            description = "The first of them; by default a new one, which is printed.")
    private @Nullable Long from;

    @Spec private @Nullable CommandSpec spec;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Simulate()).execute(arguments));
    }

    @Override
    public Integer call() {
        List<Scenario> chosen = chosen();
        PrintWriter out = commandLine().getOut();
        long first = first();
        int count = seed == null ? seeds : 1;
        if (count < 1) {
            throw new ParameterException(
                    commandLine(), "--seeds is %d, must be at least 1".formatted(count));
        }
        out.printf("base %d%n", first);
        long steps = 0;
        for (Scenario each : chosen) {
            for (long next = first; next < first + count; next++) {
                Simulation.Outcome outcome = run(each, next);
                steps += outcome.steps();
                if (outcome.failure() != null) {
                    out.printf(
                            "FAILED scenario %s seed %d step %d: %s%n",
                            each.name(), next, outcome.steps(), outcome.failure().getMessage());
                    outcome.failure().printStackTrace(out);
                    if (seed != null) {
                        out.print(outcome.journal());
                        out.print(outcome.whereThreadsStood());
                    }
                    out.flush();
                    return 1;
                }
                if (seed != null) {
                    out.printf(
                            "%s: %d steps, trace %016x%n",
                            each.name(), outcome.steps(), outcome.traceHash());
                }
            }
            out.printf("%s: %d seeds%n", each.name(), count);
            out.flush();
        }
        out.printf("clean: %d scenarios x %d seeds, %d steps%n", chosen.size(), count, steps);
        out.flush();
        return 0;
    }

    /** One run of a scenario as it is. */
    public static Simulation.Outcome run(Scenario scenario, long seed) {
        return Simulation.run(
                seed, scenario.stepsMax(), simulation -> scenario.run(simulation, Seams.none()));
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
            return Scenario.all();
        }
        List<Scenario> found =
                Scenario.all().stream().filter(each -> each.name().equals(scenario)).toList();
        if (found.isEmpty()) {
            throw new ParameterException(
                    commandLine(),
                    "--scenario is '%s'; there are %s"
                            .formatted(
                                    scenario,
                                    Scenario.all().stream().map(Scenario::name).toList()));
        }
        return found;
    }

    private CommandLine commandLine() {
        return java.util.Objects.requireNonNull(spec).commandLine();
    }
}
