package io.oxbow.benchmarks.compare;

import picocli.CommandLine.Command;

/** {@code bench cluster}: three nodes of Oxbow beside three of a stock Kafka. */
@Command(
        name = "cluster",
        mixinStandardHelpOptions = true,
        description = {
            "Measures moves, failures and stops of three nodes, beside three nodes of a stock Kafka.",
            "Ends with exit code 0 when all was measured, whether targets are met or not.",
        })
public final class ClusterCommand extends CompareCommand {

    @Override
    boolean cluster() {
        return true;
    }
}
