package io.oxbow.benchmarks;

import io.oxbow.benchmarks.compare.ClusterCommand;
import io.oxbow.benchmarks.compare.CompareCommand;
import io.oxbow.benchmarks.compare.StartsCommand;
import io.oxbow.benchmarks.load.ConsumeCommand;
import io.oxbow.benchmarks.load.ProbeCommand;
import io.oxbow.benchmarks.load.ProduceCommand;
import io.oxbow.benchmarks.load.WalCommand;
import io.oxbow.benchmarks.parts.JmhCommand;
import io.oxbow.benchmarks.requests.RequestsCommand;
import io.oxbow.benchmarks.steps.StepsCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line of {@code bin/bench}. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measures Oxbow. docs/performance.md tells what the figures mean.",
        subcommands = {
            CompareCommand.class,
            StartsCommand.class,
            ClusterCommand.class,
            StepsCommand.class,
            RequestsCommand.class,
            JmhCommand.class,
            ProduceCommand.class,
            ConsumeCommand.class,
            ProbeCommand.class,
            WalCommand.class
        })
public final class Bench {

    private Bench() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Bench()).execute(arguments));
    }
}
