package io.oxbow.node.cli.cluster;

import picocli.CommandLine.Command;

/** {@code oxbow cluster …} */
@Command(
        name = "cluster",
        mixinStandardHelpOptions = true,
        description = "Describe the cluster.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {ClusterDescribe.class})
public final class ClusterCommand {}
