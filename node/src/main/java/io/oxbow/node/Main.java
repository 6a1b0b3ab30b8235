package io.oxbow.node;

import io.oxbow.node.cli.CommandFailure;
import io.oxbow.node.cli.GroupCommand;
import io.oxbow.node.cli.LogLevel;
import io.oxbow.node.cli.NodeCommand;
import io.oxbow.node.cli.QuickstartCommand;
import io.oxbow.node.cli.SqlCommand;
import io.oxbow.node.cli.StartCommand;
import io.oxbow.node.cli.TableCommand;
import io.oxbow.node.cli.TopicCommand;
import io.oxbow.node.cli.VersionCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

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
            GroupCommand.class,
            SqlCommand.class,
            VersionCommand.class,
            CommandLine.HelpCommand.class
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:it failed; the message says why",
            "2:the command line is wrong",
            "3:no node answers there",
            "4:there is no such topic, table or group",
            "5:the table is not committed yet"
        })
public final class Main {

    @Mixin LogLevel logLevel = new LogLevel();

    private Main() {}

    /** Returns the command line with all commands. */
    public static CommandLine commandLine() {
        var main = new Main();
        var commandLine =
                new CommandLine(main)
                        .setExecutionStrategy(parsed -> main.run(parsed))
                        .setExecutionExceptionHandler(CommandFailure::report)
                        .setCaseInsensitiveEnumValuesAllowed(true)
                        .setUsageHelpAutoWidth(true);
        describeAlike(commandLine);
        return commandLine;
    }

    /** Every command knows the version; a synopsis of all options would break within words. */
    private static void describeAlike(CommandLine commandLine) {
        CommandLine.Model.CommandSpec spec = commandLine.getCommandSpec();
        spec.versionProvider(new Version());
        spec.usageMessage().abbreviateSynopsis(true);
        commandLine.getSubcommands().values().forEach(Main::describeAlike);
    }

    private int run(CommandLine.ParseResult parsed) {
        logLevel.apply(parsed.hasSubcommand() ? parsed.subcommand().commandSpec().name() : "");
        return new CommandLine.RunLast().execute(parsed);
    }

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }
}
