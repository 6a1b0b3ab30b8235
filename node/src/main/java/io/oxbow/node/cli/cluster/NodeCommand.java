package io.oxbow.node.cli.cluster;

import picocli.CommandLine.Command;

/** {@code oxbow node …} */
@Command(
        name = "node",
        mixinStandardHelpOptions = true,
        description = "Show the nodes of a cluster, and what each may do.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            NodeList.class,
            NodeDescribe.class,
            NodeRemove.class,
            NodeCordon.class,
            NodeUncordon.class,
            NodeDrain.class
        })
public final class NodeCommand {}
