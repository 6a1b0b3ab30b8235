package io.oxbow.node.roots;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.broker.Broker;
import io.oxbow.catalog.PointerCatalog;
import io.oxbow.node.server.Node;
import io.oxbow.s3stream.StreamStore;
import io.oxbow.schema.SchemaRegistry;
import io.oxbow.sql.SqlEngine;
import io.oxbow.tableflow.service.TableService;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests that an Error, or an exception that nobody expected, at any root ends its component loudly,
 * is counted, and leaves nothing held. All rows share a data directory: the records that were acked
 * before a node's end are read from the next.
 *
 * <p>Without properties it takes a short list. {@code oxbow.roots.seconds} bounds the time in which
 * rows of all are begun, in an order that {@code oxbow.roots.seed} gives.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EveryRootTest {

    private static final List<Class<?>> MODULES =
            List.of(
                    StreamStore.class,
                    SchemaRegistry.class,
                    PointerCatalog.class,
                    Broker.class,
                    TableService.class,
                    SqlEngine.class,
                    Node.class);

    private static final String MESSAGE = "injected";

    private List<TestedNode> nodes = List.of();

    @Test
    void tableListsEveryRootInTheCode() throws Exception {
        List<String> missing = new ArrayList<>(RootScan.sites(MODULES));
        List<String> gone =
                new ArrayList<>(
                        Stream.of(Roots.INJECTED, OtherRoots.ALL)
                                .flatMap(List::stream)
                                .map(Root::site)
                                .toList());
        List.copyOf(gone).forEach(missing::remove);
        RootScan.sites(MODULES).forEach(gone::remove);
        assertThat(List.of(missing, gone))
                .as("roots without a row, and rows without a root")
                .containsOnly(List.of());
    }

    @Test
    void everyPlaceIsAMethodInTheCode() throws Exception {
        Set<String> methods = RootScan.places(MODULES);
        assertThat(Roots.INJECTED.stream().map(Root::place)).allMatch(methods::contains);
    }

    @BeforeAll
    void begin(@TempDir Path temporary) throws IOException {
        nodes = List.of(new TestedNode("file", temporary), new TestedNode("object", temporary));
    }

    @AfterAll
    void close() {
        nodes.forEach(TestedNode::close);
    }

    /** Returns the short list's rows, or all until the time is over, as the tests go. */
    static Stream<Arguments> faults() {
        Long seconds = Long.getLong("oxbow.roots.seconds");
        if (seconds == null) {
            return Roots.SHORT_LIST.stream()
                    .map(place -> Arguments.of(Roots.at(place), new InternalError(MESSAGE)));
        }
        long seed = Long.getLong("oxbow.roots.seed", System.nanoTime());
        String only = System.getProperty("oxbow.roots.only", "");
        List<Arguments> all = new ArrayList<>();
        Roots.INJECTED.stream()
                .filter(root -> root.toString().contains(only))
                .forEach(root -> {
                    all.add(Arguments.of(root, new InternalError(MESSAGE)));
                    all.add(Arguments.of(root, new IllegalStateException(MESSAGE)));
                });
        Collections.shuffle(all, new Random(seed));
        System.out.printf(
                "Faults at roots: -Doxbow.roots.seed=%d, for %d s, of %d rows%n",
                seed, seconds, all.size());
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        return all.stream().takeWhile(row -> System.nanoTime() < end);
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
        TestedNode.await(
                "the component's failure",
                () -> use.component(root.component()).path("state").asText().equals("failed"));
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
