package io.oxbow.node.cli;

import picocli.CommandLine.Command;

/** {@code oxbow topic …} */
@Command(
        name = "topic",
        mixinStandardHelpOptions = true,
        description = "Create, list, describe, alter and delete topics.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            TopicCreate.class,
            TopicList.class,
            TopicDescribe.class,
            TopicAlter.class,
            TopicDelete.class
        })
public final class TopicCommand {}
