package io.oxbow.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.oxbow.node.Main;
import io.oxbow.node.config.HostPort;
import io.oxbow.node.metrics.HealthMetrics;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.env.Component;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.env.HealthRegistry;
import io.oxbow.s3stream.env.Policy;
import io.oxbow.s3stream.memory.MemoryBudget;
import io.oxbow.s3stream.testkit.InMemoryObjectStore;
import io.oxbow.s3stream.testkit.MemoryLog;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests that {@code /health/ready}, {@code /health/live}, {@code /metrics} and {@code node
 * describe} agree about every state of a component of every policy.
 */
class HealthAnswersTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern COMPONENTS =
            Pattern.compile("oxbow_components\\{component=\"(.*)\",state=\"(.*)\"} (.*)");
    private static final Pattern FAILURES =
            Pattern.compile("oxbow_component_failures_total\\{component=\"(.*)\"} (.*)");

    /** Ways of a component into its states, with the word that stands for the state. */
    private enum State {
        STARTING("starting") {
            @Override
            void enter(Component component) {}
        },
        RUNNING("running") {
            @Override
            void enter(Component component) {
                component.running();
            }
        },
        HINDERED("retrying") {
            @Override
            void enter(Component component) {
                component.running();
                component.watch(() -> "full");
            }
        },
        WATCH_THROWS("retrying") {
            @Override
            void enter(Component component) {
                component.running();
                component.watch(() -> {
                    throw new Unexpected();
                });
            }
        },
        RETRYING("retrying") {
            @Override
            void enter(Component component) {
                component.retrying("the bucket is away");
            }
        },
        STARTS_OVER("retrying") {
            @Override
            void enter(Component component) {
                component.unexpected(new Unexpected());
                component.retrying(new Unexpected());
            }
        },
        FAILED("failed") {
            @Override
            void enter(Component component) {
                component.failed(new Unexpected());
            }
        },
        GAVE_UP("failed") {
            @Override
            void enter(Component component) {
                component.gaveUp(
                        new S3StreamException("given up", S3StreamException.Retry.FATAL, null));
            }
        },
        STOPPED("stopped") {
            @Override
            void enter(Component component) {
                component.running();
                component.stopped();
            }
        };

        private final String word;

        State(String word) {
            this.word = word;
        }

        abstract void enter(Component component);
    }

    /** Exception without a stack trace, as the log need not show hundreds. */
    private static final class Unexpected extends Error {

        private static final long serialVersionUID = 1;

        Unexpected() {
            super("injected", null, false, false);
        }
    }

    private final HealthRegistry health = Environment.system().health();
    private final PrometheusMeterRegistry meters =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final HttpListener listener = HttpListener.bind(new HostPort("127.0.0.1", 0));
    private final HttpClient client = HttpClient.newHttpClient();

    @BeforeEach
    void serve() {
        meters.getPrometheusRegistry().register(new HealthMetrics(health));
        listener.serve(
                List.of(),
                new MemoryBudget(8 << 20),
                health.background("http", Policy.RETRY),
                config -> {
                    new HealthRoutes(
                                    health,
                                    new MemoryLog(new MemoryLog.Cluster()),
                                    new InMemoryObjectStore(),
                                    Map.of("nodeId", 1))
                            .register(config);
                    config.routes.get("/metrics", context -> context.result(meters.scrape()));
                });
    }

    @AfterEach
    void stop() {
        client.close();
        listener.close();
    }

    /** Answers at one moment, in terms of one another. */
    private record Answers(Probe ready, Probe live, Scrape scrape, Description description) {}

    /** Answer of {@code /health/ready} or {@code /health/live}, with the components it names. */
    private record Probe(boolean well, List<String> components) {}

    private record Scrape(
            boolean ready, boolean live, Map<String, Integer> states, Map<String, Long> failures) {}

    private record Description(boolean ready, boolean live, List<Described> components) {

        List<String> names(Stream<Described> some) {
            return some.map(Described::name).toList();
        }
    }

    private record Described(
            String name, String state, String policy, boolean essential, long failures) {

        String kind() {
            return name.split(" ")[0];
        }

        boolean impairs() {
            return essential && !state.equals("running");
        }

        boolean ends() {
            return state.equals("failed") && policy.equals("end process");
        }
    }

    static Stream<Arguments> everyComponent() {
        return Stream.of(Policy.values())
                .flatMap(policy ->
                        Stream.of(Arguments.of(policy, true), Arguments.of(policy, false)));
    }

    @ParameterizedTest
    @MethodSource("everyComponent")
    void answersAgreeInEveryState(Policy policy, boolean essential) throws Exception {
        for (State state : State.values()) {
            long before = health.failures("part");
            Component part = add("part", policy, essential);
            state.enter(part);

            Answers answers = ask();

            String what = "%s, %s, essential: %s".formatted(state, policy, essential);
            assertAgreed(what, answers);
            Described described =
                    answers.description().components().stream()
                            .filter(component -> component.name().equals("part"))
                            .findFirst()
                            .orElseThrow();
            assertThat(described.state()).as(what).isEqualTo(state.word);
            boolean running = state == State.RUNNING;
            assertThat(answers.ready().well()).as(what).isEqualTo(running || !essential);
            assertThat(answers.live().well())
                    .as(what)
                    .isEqualTo(!(state.word.equals("failed") && policy == Policy.END_PROCESS));
            assertThat(answers.scrape().failures().get("part") - before)
                    .as(what)
                    .isEqualTo(described.failures());
            assertThat(described.failures())
                    .as(what)
                    .isEqualTo(
                            state == State.FAILED
                                            || state == State.STARTS_OVER
                                            || state == State.WATCH_THROWS
                                    ? 1
                                    : 0);
        }
    }

    @Test
    void answersAgreeAboutManyComponentsInAnyStates() throws Exception {
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int round = 0; round < 12; round++) {
            String what = "seed %d, round %d".formatted(seed, round);
            for (int i = 0; i < 6; i++) {
                Policy policy = Policy.values()[random.nextInt(Policy.values().length)];
                any(random).enter(add("part" + i, policy, random.nextBoolean()));
                any(random).enter(health.background("table", "t" + i, policy));
            }
            assertAgreed(what, ask());
            health.background("table", "t" + random.nextInt(6), Policy.RETRY).close();
            assertAgreed(what, ask());
        }
    }

    private static State any(Random random) {
        return State.values()[random.nextInt(State.values().length)];
    }

    private Component add(String kind, Policy policy, boolean essential) {
        return essential ? health.essential(kind, policy) : health.background(kind, policy);
    }

    private static void assertAgreed(String what, Answers answers) {
        Description description = answers.description();
        List<Described> components = description.components();
        List<String> impairing = description.names(components.stream().filter(Described::impairs));
        List<String> ending = description.names(components.stream().filter(Described::ends));
        Map<String, Integer> states = new TreeMap<>();
        components.forEach(each -> states.merge(each.kind() + " " + each.state(), 1, Integer::sum));

        assertThat(answers.ready()).as(what).isEqualTo(new Probe(impairing.isEmpty(), impairing));
        assertThat(answers.live()).as(what).isEqualTo(new Probe(ending.isEmpty(), ending));
        assertThat(description.ready()).as(what).isEqualTo(impairing.isEmpty());
        assertThat(description.live()).as(what).isEqualTo(ending.isEmpty());
        assertThat(answers.scrape().ready()).as(what).isEqualTo(impairing.isEmpty());
        assertThat(answers.scrape().live()).as(what).isEqualTo(ending.isEmpty());
        assertThat(answers.scrape().states()).as(what).isEqualTo(states);
    }

    private Answers ask() throws Exception {
        Description description = describe();
        assertText(description);
        return new Answers(probe("ready"), probe("live"), scrape(), description);
    }

    private Probe probe(String which) throws Exception {
        HttpResponse<String> answer = get("/health/" + which);
        JsonNode body = JSON.readTree(answer.body());
        assertThat(answer.statusCode()).isIn(200, 503);
        boolean well = answer.statusCode() == 200;
        assertThat(body.path("status").asText()).isEqualTo(well ? which : "not " + which);
        List<String> names = new ArrayList<>();
        body.path("components").forEach(each -> names.add(each.path("component").asText()));
        return new Probe(well, names);
    }

    private Scrape scrape() throws Exception {
        Map<String, Integer> states = new TreeMap<>();
        Map<String, Long> failures = new TreeMap<>();
        List<String> lines = get("/metrics").body().lines().toList();
        for (String line : lines) {
            Matcher component = COMPONENTS.matcher(line);
            if (component.matches() && Double.parseDouble(component.group(3)) > 0) {
                states.put(
                        component.group(1) + " " + component.group(2),
                        (int) Double.parseDouble(component.group(3)));
            }
            Matcher failure = FAILURES.matcher(line);
            if (failure.matches()) {
                failures.put(failure.group(1), (long) Double.parseDouble(failure.group(2)));
            }
        }
        return new Scrape(flag(lines, "oxbow_ready"), flag(lines, "oxbow_live"), states, failures);
    }

    private static boolean flag(List<String> lines, String name) {
        assertThat(lines).containsAnyOf(name + " 1.0", name + " 0.0");
        return lines.contains(name + " 1.0");
    }

    private Description describe() throws Exception {
        JsonNode node = JSON.readTree(command("--json"));
        List<Described> components = new ArrayList<>();
        for (JsonNode each : node.path("components")) {
            components.add(
                    new Described(
                            each.path("component").asText(),
                            each.path("state").asText(),
                            each.path("policy").asText(),
                            each.path("essential").asBoolean(),
                            each.path("failures").asLong()));
        }
        return new Description(
                node.path("ready").asBoolean(), node.path("live").asBoolean(), components);
    }

    /** Checks that people are told the same as scripts. */
    private void assertText(Description described) {
        List<String> lines = command().lines().toList();
        assertThat(lines)
                .contains("ready        " + (described.ready() ? "yes" : "no"))
                .contains("live         " + (described.live() ? "yes" : "no"));
        for (Described component : described.components()) {
            assertThat(lines)
                    .anySatisfy(line ->
                            assertThat(line)
                                    .matches(component.name() + " +" + component.state() + " .*"));
        }
    }

    private String command(String... options) {
        List<String> words = new ArrayList<>(List.of("node", "describe"));
        words.addAll(List.of("--http", listener.address().toString()));
        words.addAll(List.of(options));
        String[] arguments = words.toArray(String[]::new);
        var out = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        try {
            assertThat(Main.commandLineFor(arguments).execute(arguments)).isZero();
        } finally {
            System.setOut(before);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private HttpResponse<String> get(String path) throws Exception {
        URI uri = URI.create("http://" + listener.address() + path);
        return client.send(
                HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }
}
