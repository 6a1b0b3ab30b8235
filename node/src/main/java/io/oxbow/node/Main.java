package io.oxbow.node;

import io.oxbow.node.cli.CommandFailure;
import io.oxbow.node.cli.ExitCodes;
import io.oxbow.node.cli.GroupCommand;
import io.oxbow.node.cli.LogLevel;
import io.oxbow.node.cli.QuickstartCommand;
import io.oxbow.node.cli.SqlCommand;
import io.oxbow.node.cli.StartCommand;
import io.oxbow.node.cli.TopicCommand;
import io.oxbow.node.cli.VersionCommand;
import io.oxbow.node.cli.cluster.BalanceCommand;
import io.oxbow.node.cli.cluster.ClusterCommand;
import io.oxbow.node.cli.cluster.NodeCommand;
import io.oxbow.node.cli.table.TableCommand;
import io.oxbow.node.config.Version;
import java.util.Arrays;
import java.util.List;
import org.slf4j.LoggerFactory;
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

    /** In the order of the help. */
    private static final List<Class<?>> COMMANDS =
            List.of(
                    QuickstartCommand.class,
                    StartCommand.class,
                    ClusterCommand.class,
                    NodeCommand.class,
                    BalanceCommand.class,
                    TopicCommand.class,
                    TableCommand.class,
                    GroupCommand.class,
                    SqlCommand.class,
                    VersionCommand.class,
                    CommandLine.HelpCommand.class);

    @Mixin LogLevel logLevel = new LogLevel();

    private Main() {}

    /** Returns the command line with all commands. */
    public static CommandLine commandLine() {
        return commandLine(COMMANDS);
    }

    /**
     * The command line for some words. Where the first of them names a command, it has this one
     * alone: reading the annotations of all takes longer than what most of them do.
     */
    public static CommandLine commandLineFor(String... words) {
        for (Class<?> command : COMMANDS) {
            if (words.length > 0
                    && words[0].equals(name(command))
                    && command != CommandLine.HelpCommand.class) {
                return commandLine(List.of(command));
            }
        }
        return commandLine(COMMANDS);
    }

    private static CommandLine commandLine(List<Class<?>> commands) {
        var main = new Main();
        var commandLine = new CommandLine(main);
        commands.forEach(commandLine::addSubcommand);
        commandLine
                .setExecutionStrategy(parsed -> main.run(parsed))
                .setExecutionExceptionHandler(CommandFailure::report)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true);
        describeAlike(commandLine);
        return commandLine;
    }

    private static String name(Class<?> command) {
        return command.getAnnotation(Command.class).name();
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
        Preloading.logLevelsAreSet();
        return new CommandLine.RunLast().execute(parsed);
    }

    /** Returns true if a word names a command that runs a node; an option may stand before it. */
    private static boolean startsNode(String... words) {
        return Arrays.stream(words)
                .limit(3)
                .anyMatch(word -> word.equals("start") || word.equals("quickstart"));
    }

    /**
     * Returns the exit code of a command. An Error, which the command line would throw on, has one,
     * too: the threads of a node that has begun to start would keep the process.
     */
    static int run(CommandLine commandLine, String... args) {
        try {
            return commandLine.execute(args);
        } catch (Throwable e) {
            // Without its words: a secret may stand in them.
            LoggerFactory.getLogger(Main.class).error("the command failed", e);
            return ExitCodes.FAILED;
        }
    }

    public static void main(String[] args) {
        Preloading.begin(startsNode(args));
        System.exit(run(commandLineFor(args), args));
    }
}
