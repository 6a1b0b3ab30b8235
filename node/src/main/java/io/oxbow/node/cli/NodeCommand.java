package io.oxbow.node.cli;

import picocli.CommandLine.Command;

/** {@code oxbow node …} */
@Command(
        name = "node",
        mixinStandardHelpOptions = true,
        description = "Describe a node and the health of its components.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {NodeDescribe.class})
public final class NodeCommand {}
