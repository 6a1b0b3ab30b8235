package io.oxbow.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.oxbow.node.Main;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/**
 * Tests every command against every kind of address where no node answers, and with bad arguments.
 */
@Timeout(120)
class CommandsTest {

    /** Listeners at an address that are no node. */
    private enum Instead {
        NOTHING("nothing listens at"),
        SILENCE("does not answer within 1 s"),
        HANGING_UP("(hangs up: it is no Kafka listener|does not speak HTTP)"),
        HTTP("(speaks HTTP, not Kafka|is no Oxbow node)"),
        NO_HOST("there is no host"),
        NO_ADDRESS("is not HOST:PORT");

        private final String said;

        Instead(String said) {
            this.said = said;
        }
    }

    /** Commands that talk to a node. */
    private static final List<List<String>> COMMANDS =
            List.of(
                    List.of("node", "describe"),
                    List.of("topic", "list"),
                    List.of("topic", "create", "t"),
                    List.of("topic", "describe", "t"),
                    List.of("topic", "alter", "t", "--partitions", "2"),
                    List.of("topic", "delete", "t"),
                    List.of("group", "list"),
                    List.of("group", "describe", "g"),
                    List.of("table", "list"),
                    List.of("table", "describe", "t"),
                    List.of("table", "verify", "t"),
                    List.of("table", "files", "t"),
                    List.of("table", "pause", "t"),
                    List.of("table", "resume", "t"),
                    List.of("sql", "SELECT 1"));

    private record Answer(int exit, String out, String err) {}

    private static Answer run(List<String> arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        String[] words = arguments.toArray(String[]::new);
        CommandLine commandLine = Main.commandLineFor(words);
        commandLine.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        int exit = commandLine.execute(words);
        return new Answer(exit, out.toString(), err.toString());
    }

    private record Case(List<String> command, Instead instead) {}

    private static List<Case> everyCommandAtEveryAddress() {
        return COMMANDS.stream()
                .flatMap(command ->
                        Stream.of(Instead.values()).map(instead -> new Case(command, instead)))
                .toList();
    }

    /** Runs all commands at once, since most of them wait. */
    @Test
    void saysInOneLineWhatIsThereInsteadOfANode() throws Exception {
        Map<Case, Future<Answer>> answers = new LinkedHashMap<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Case each : everyCommandAtEveryAddress()) {
                answers.put(each, threads.submit(() -> answer(each)));
            }
        }
        for (var entry : answers.entrySet()) {
            Answer answer = entry.getValue().get();
            Instead instead = entry.getKey().instead();
            assertThat(answer.err())
                    .as("%s", entry.getKey())
                    .containsPattern(instead.said)
                    .hasLineCount(1);
            assertThat(answer.out()).as("%s", entry.getKey()).isEmpty();
            assertThat(answer.exit())
                    .as("%s", entry.getKey())
                    .isEqualTo(
                            instead == Instead.NO_ADDRESS
                                    ? CommandLine.ExitCode.USAGE
                                    : ExitCodes.NO_ANSWER);
        }
    }

    private static Answer answer(Case each) throws Exception {
        try (var place = new Place(each.instead())) {
            List<String> arguments = new ArrayList<>(each.command());
            arguments.addAll(List.of("--timeout", each.instead() == Instead.SILENCE ? "1" : "20"));
            arguments.addAll(List.of("--bootstrap-server", place.address()));
            arguments.addAll(List.of("--http", place.address()));
            return run(arguments);
        }
    }

    /** An address on this machine, for the time of a test. */
    private static final class Place implements AutoCloseable {

        private final String address;
        private final List<AutoCloseable> open = new ArrayList<>();

        Place(Instead instead) throws Exception {
            address =
                    switch (instead) {
                        case NOTHING -> {
                            try (var closed = socket()) {
                                yield at(closed.getLocalPort());
                            }
                        }
                        case SILENCE -> at(opened(socket()).getLocalPort());
                        case HANGING_UP -> {
                            ServerSocket socket = opened(socket());
                            Thread.ofVirtual().start(() -> hangUp(socket));
                            yield at(socket.getLocalPort());
                        }
                        case HTTP -> {
                            var server =
                                    HttpServer.create(
                                            new InetSocketAddress(
                                                    InetAddress.getLoopbackAddress(), 0),
                                            0);
                            server.createContext(
                                    "/",
                                    exchange -> {
                                        byte[] page =
                                                "<html>hello</html>"
                                                        .getBytes(StandardCharsets.US_ASCII);
                                        boolean head = exchange.getRequestMethod().equals("HEAD");
                                        exchange.sendResponseHeaders(200, head ? -1 : page.length);
                                        if (!head) {
                                            exchange.getResponseBody().write(page);
                                        }
                                        exchange.close();
                                    });
                            // One thread would wait for the end of the line in Kafka's question.
                            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
                            server.start();
                            open.add(() -> server.stop(0));
                            yield at(server.getAddress().getPort());
                        }
                        case NO_HOST -> "no-such-host.invalid:9092";
                        case NO_ADDRESS -> "localhost";
                    };
        }

        private static ServerSocket socket() throws Exception {
            return new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        }

        private ServerSocket opened(ServerSocket socket) {
            open.add(socket);
            return socket;
        }

        private static void hangUp(ServerSocket socket) {
            try {
                while (true) {
                    socket.accept().close();
                }
            } catch (java.io.IOException e) {
                // the test is over
            }
        }

        private static String at(int port) {
            return "127.0.0.1:" + port;
        }

        String address() {
            return address;
        }

        @Override
        public void close() throws Exception {
            for (AutoCloseable each : open) {
                each.close();
            }
        }
    }

    private record Wrong(List<String> arguments, String said) {}

    private static final List<Wrong> WRONG =
            List.of(
                    new Wrong(List.of("tpic"), "Did you mean: oxbow topic"),
                    new Wrong(List.of("topic", "lst"), "Did you mean: topic list"),
                    new Wrong(List.of("topic", "list", "--jsn"), "Unknown option: '--jsn'"),
                    new Wrong(List.of("topic"), "Missing required subcommand"),
                    new Wrong(List.of("table", "verify"), "Missing required parameter: 'TOPIC'"),
                    new Wrong(List.of("sql"), "Missing required parameter: 'SQL'"),
                    new Wrong(List.of("group", "describe"), "Missing required parameter: 'GROUP'"),
                    new Wrong(List.of("topic", "alter", "t"), "nothing to change"),
                    new Wrong(List.of("topic", "list", "--timeout", "0"), "1 to 86400 seconds"),
                    new Wrong(List.of("topic", "list", "--timeout", "soon"), "'--timeout'"),
                    new Wrong(List.of("start", "--log-level", "loud"), "'--log-level'"),
                    new Wrong(List.of("topic", "create", "t", "--partitions", "x"), "'x'"));

    @ParameterizedTest
    @FieldSource("WRONG")
    void wrongCommandLinesEndWithTwo(Wrong wrong) {
        Answer answer = run(wrong.arguments());

        assertThat(answer.exit()).isEqualTo(2);
        assertThat(answer.err()).contains(wrong.said());
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3.secret-access-key hush", "hush", "=hush", ""})
    void settingWithoutAnEqualsSignIsRefusedAndNotRepeated(String setting) {
        Answer answer = run(List.of("start", "--set", setting));

        assertThat(answer.exit()).isNotZero();
        assertThat(answer.err()).contains("--set wants KEY=VALUE").doesNotContain("hush");
    }

    @Test
    void everyCommandHasHelpAndVersion() {
        everyCommand(Main.commandLine(), List.of())
                .forEach(command -> {
                    Answer help = run(plus(command, "--help"));
                    assertThat(help.exit()).as("%s", command).isZero();
                    assertThat(help.out()).as("%s", command).contains("Usage: oxbow");
                    Answer version = run(plus(command, "--version"));
                    assertThat(version.exit()).as("%s", command).isZero();
                    assertThat(version.out()).as("%s", command).startsWith("oxbow ");
                });
    }

    /** The usual width, and the least that picocli formats for. */
    @ParameterizedTest
    @ValueSource(ints = {80, 55})
    void helpFitsAndBreaksBetweenWords(int width) {
        everyCommand(Main.commandLine())
                .forEach(command -> {
                    String help =
                            command.setUsageHelpAutoWidth(false)
                                    .setUsageHelpWidth(width)
                                    .getUsageMessage(CommandLine.Help.Ansi.OFF);
                    assertThat(help.lines())
                            .as(help)
                            .allMatch(line -> line.length() <= width)
                            .allMatch(line -> width - descriptionColumn(line) >= 25);
                    assertThat(help)
                            .doesNotContainPattern("HOST:\\s")
                            .doesNotContainPattern("(?m)^Usage:.*-$")
                            .doesNotContainPattern("[a-z][.=]\n {20,}[a-z]");
                });
    }

    /** Returns where the description begins beside an option or a command; 0 in other lines. */
    private static int descriptionColumn(String line) {
        var option = Pattern.compile("^ {2,6}(-\\w, )?[-a-zA-Z=:]+ {2,}(?=\\S)").matcher(line);
        return option.find() ? option.end() : 0;
    }

    private static Stream<CommandLine> everyCommand(CommandLine at) {
        return Stream.concat(
                Stream.of(at),
                at.getSubcommands().values().stream().flatMap(CommandsTest::everyCommand));
    }

    private static Stream<List<String>> everyCommand(CommandLine at, List<String> path) {
        return Stream.concat(
                Stream.of(path),
                at.getSubcommands().entrySet().stream()
                        .filter(entry -> !entry.getKey().equals("help"))
                        .flatMap(entry ->
                                everyCommand(entry.getValue(), plus(path, entry.getKey()))));
    }

    private static List<String> plus(List<String> path, String more) {
        List<String> longer = new ArrayList<>(path);
        longer.add(more);
        return longer;
    }
}
