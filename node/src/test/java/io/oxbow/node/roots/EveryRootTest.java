package io.oxbow.node.roots;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/**
 * Tests that an Error, or an exception that nobody expected, at any root ends its component loudly,
 * is counted, and leaves nothing held. All rows share a data directory: the records that were acked
 * before a node's end are read from the next.
 *
 * <p>{@code oxbow.roots.seconds} bounds the time in which rows are begun, {@code oxbow.roots.seed}
 * gives their order, {@code oxbow.roots.only} is an expression for their names, {@code
 * oxbow.roots.part} is one of equal parts of the table, such as {@code 3/8}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EveryRootTest {

    /** Time in which rows are begun without properties. */
    private static final long SECONDS = 35;

    private static final String MESSAGE = "injected";

    private List<TestedNode> nodes = List.of();

    @BeforeAll
    void begin(@TempDir Path temporary) throws IOException {
        nodes = List.of(new TestedNode("file", temporary), new TestedNode("object", temporary));
    }

    @AfterAll
    void close() {
        nodes.forEach(TestedNode::close);
    }

    /**
     * Returns the fixed rows and then a sample, or those that a property names, as long as there is
     * time to begin another.
     */
    static Stream<Arguments> faults() {
        long seed = Long.getLong("oxbow.roots.seed", System.nanoTime());
        var only = Pattern.compile(System.getProperty("oxbow.roots.only", ""));
        String part = System.getProperty("oxbow.roots.part", "");
        boolean all = only.pattern().isEmpty() && part.isEmpty();
        long seconds = Long.getLong("oxbow.roots.seconds", all ? SECONDS : 86_400);
        List<Arguments> table = new ArrayList<>();
        Roots.INJECTED.stream()
                .filter(root -> only.matcher(root.toString()).find())
                .forEach(root -> {
                    table.add(Arguments.of(root, new InternalError(MESSAGE)));
                    table.add(Arguments.of(root, new IllegalStateException(MESSAGE)));
                });
        List<Arguments> rows = new ArrayList<>(part.isEmpty() ? table : part(table, part));
        Collections.shuffle(rows, new Random(seed));
        if (all) {
            rows.addAll(
                    0,
                    Roots.FIXED.stream()
                            .map(at -> Arguments.of(Roots.at(at), new InternalError(MESSAGE)))
                            .toList());
        }
        System.out.printf(
                "Faults at roots: -Doxbow.roots.seed=%d, begun within %d s, of %d rows%n",
                seed, seconds, rows.size());
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        return rows.stream().takeWhile(row -> System.nanoTime() < end);
    }

    /** Returns the rows of one of equal parts of the table; all parts together are the table. */
    private static List<Arguments> part(List<Arguments> rows, String part) {
        String[] numbers = part.split("/");
        int number = Integer.parseInt(numbers[0]);
        int parts = Integer.parseInt(numbers[1]);
        assertThat(number).as("part %s", part).isBetween(1, parts);
        return rows.subList((number - 1) * rows.size() / parts, number * rows.size() / parts);
    }

    @Tag("slow")
    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("faults")
    void failureIsLoudAndCountedAndHoldsNothing(Root root, Throwable cause) throws Exception {
        boolean inBucket = root.site().contains("BucketWriteAheadLog");
        nodes.get(inBucket ? 0 : 1).shutDown();
        TestedNode node = nodes.get(inBucket ? 1 : 0);
        long begin = System.nanoTime();
        LogCapture log = LogCapture.start();
        try {
            switch (root.effect()) {
                case ENDS_NODE -> endsNode(node, root, cause);
                case GOES_ON -> goesOn(node, root, cause);
                case GOES_ON_AT_START -> goesOnAtStart(node, root, cause);
                case FAILS_START -> failsStart(node, root, cause);
                case ELSEWHERE -> throw new AssertionError(root);
            }
            assertThat(log.hasError(MESSAGE)).as("an error in the log").isTrue();
            System.out.printf(
                    "%s: %s, %d ms%n",
                    root, cause, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
        } catch (Throwable e) {
            log.close();
            System.err.println(log);
            InjectedFault.disarmAll();
            try {
                node.shutDown();
            } catch (AssertionError second) {
                e.addSuppressed(second);
            }
            throw e;
        } finally {
            log.close();
        }
    }

    private static void endsNode(TestedNode node, Root root, Throwable cause) throws Exception {
        node.ensureUp();
        InjectedFault fault = InjectedFault.arm(root.place(), cause);
        node.useUntil("the place was never reached", fault::wasThrown);
        TestedNode.await("the process's end", () -> node.end().isPresent());
        assertEnded(node, root);
        node.shutDown();
        node.ensureUp();
    }

    /** All answers tell it, as long as the process is there. */
    private static void assertEnded(TestedNode node, Root root) throws Exception {
        assertThat(node.end()).contains(1);
        NodeUse use = node.use();
        // Another component may have told the node of the same failure first.
        TestedNode.await("a counted failure", () -> use.failures(root.component()) > 0);
        TestedNode.await("the component's failure", () -> use.hasFailed(root.component()));
        assertThat(use.status("/health/live")).isEqualTo(503);
        assertThat(use.status("/health/ready")).isEqualTo(503);
        assertThat(use.status("/metrics")).isEqualTo(200);
    }

    private static void goesOn(TestedNode node, Root root, Throwable cause) throws Exception {
        node.ensureUp();
        double before = node.use().failures(root.component());
        InjectedFault fault = InjectedFault.arm(root.place(), cause);
        node.useUntil("the place was never reached", fault::wasThrown);
        assertGoesOn(node, root, before);
    }

    private static void goesOnAtStart(TestedNode node, Root root, Throwable cause)
            throws Exception {
        node.shutDown();
        InjectedFault fault = InjectedFault.arm(root.place(), cause);
        node.ensureUp();
        node.useUntil("the place was never reached", fault::wasThrown);
        assertGoesOn(node, root, 0);
    }

    private static void assertGoesOn(TestedNode node, Root root, double before) throws Exception {
        NodeUse use = node.use();
        TestedNode.await("a counted failure", () -> use.failures(root.component()) > before);
        assertThat(use.status("/health/live")).isEqualTo(200);
        TestedNode.await("ready again", () -> use.status("/health/ready") == 200);
        node.awaitRound();
        for (String budget : List.of("kafka_requests", "kafka_replies", "http")) {
            long asking = budget.equals("http") ? NodeUse.HTTP_REQUEST_BYTES : 0;
            TestedNode.await(
                    "the budget of %s is given back".formatted(budget),
                    () -> use.clientMemory(budget) <= asking);
        }
        assertThat(node.end()).isEmpty();
    }

    private static void failsStart(TestedNode node, Root root, Throwable cause) throws Exception {
        node.shutDown();
        InjectedFault fault = InjectedFault.arm(root.place(), cause);
        boolean started = true;
        try {
            node.start();
        } catch (RuntimeException | Error refused) {
            assertThat(fault.wasThrown()).as("%s", refused).isTrue();
            // The command does so with what a start throws.
            LoggerFactory.getLogger(EveryRootTest.class).error("the start failed", refused);
            started = false;
        }
        if (started) {
            TestedNode.await("the process's end", () -> node.end().isPresent());
            assertEnded(node, root);
        }
        node.shutDown();
        node.ensureUp();
    }
}
