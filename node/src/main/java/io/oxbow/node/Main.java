package io.oxbow.node;

import io.oxbow.node.cli.CommandFailure;
import io.oxbow.node.cli.NodeCommand;
import io.oxbow.node.cli.QuickstartCommand;
import io.oxbow.node.cli.SqlCommand;
import io.oxbow.node.cli.StartCommand;
import io.oxbow.node.cli.TableCommand;
import io.oxbow.node.cli.TopicCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code oxbow} command. */
@Command(
        name = "oxbow",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Kafka streams on shared storage that settle into Iceberg tables.",
            "",
            "Try 'oxbow quickstart', or 'oxbow start' and any Kafka client.",
            ""
        },
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            QuickstartCommand.class,
            StartCommand.class,
            NodeCommand.class,
            TopicCommand.class,
            TableCommand.class,
            SqlCommand.class,
            CommandLine.HelpCommand.class
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:it failed; the message says why",
            "2:the command line is wrong"
        })
public final class Main {

    private Main() {}

    /** The commands, to be executed. */
    public static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setExecutionExceptionHandler(CommandFailure::report)
                .setUsageHelpAutoWidth(true);
    }

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }
}
