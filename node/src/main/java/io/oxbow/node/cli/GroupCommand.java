package io.oxbow.node.cli;

import picocli.CommandLine.Command;

/** {@code oxbow group …} */
@Command(
        name = "group",
        mixinStandardHelpOptions = true,
        description = "List and describe consumer groups.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {GroupList.class, GroupDescribe.class})
public final class GroupCommand {}
