package io.oxbow.node.cli.table;

import picocli.CommandLine.Command;

/** {@code oxbow table …} */
@Command(
        name = "table",
        mixinStandardHelpOptions = true,
        description =
                "List, describe, verify, pause and resume the tables of topics, and name their files.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            TableList.class,
            TableDescribe.class,
            TableFiles.class,
            TableVerify.class,
            TablePause.class,
            TableResume.class
        })
public final class TableCommand {}
