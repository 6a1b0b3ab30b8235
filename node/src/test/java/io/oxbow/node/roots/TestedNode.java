package io.oxbow.node.roots;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.testkit.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Node with one kind of write-ahead log, which is started, used and ended again and again on one
 * data directory. All of them are made of the same woven classes, which stay warm.
 */
final class TestedNode implements AutoCloseable {

    private static final long DEADLINE_NANOS = 180_000_000_000L;
    private static final FaultLoader CLASSES =
            new FaultLoader(Roots.INJECTED.stream().map(Root::place).collect(Collectors.toSet()));

    /** Question about a node that may fail while it is asked. */
    interface Condition {
        boolean holds() throws Exception;
    }

    private final Map<String, String> settings = new HashMap<>();
    private final Leftovers leftovers;
    private final NodeUse use;
    private NodeUnderFault node = new WovenNode();
    private boolean up;

    TestedNode(String wal, Path directory) throws IOException {
        String kafka = "127.0.0.1:" + ServerProcess.freePort();
        String http = "127.0.0.1:" + ServerProcess.freePort();
        settings.put("oxbow.data.dir", directory.resolve(wal).toString());
        settings.put("oxbow.wal", wal);
        settings.put("listeners", "PLAINTEXT://" + kafka);
        settings.put("oxbow.http.listener", http);
        settings.put("oxbow.wal.capacity.bytes", "134217728");
        settings.put("oxbow.upload.interval.ms", "200");
        settings.put("log.retention.check.interval.ms", "500");
        settings.put("group.initial.rebalance.delay.ms", "0");
        settings.put("offsets.topic.num.partitions", "1");
        use = new NodeUse(kafka, http);
        leftovers = new Leftovers(directory);
    }

    NodeUse use() {
        return use;
    }

    /** Returns the exit code once the node has asked for its process's end. */
    Optional<Integer> end() {
        return node.end();
    }

    /** Makes a node run, and serve everything. */
    void ensureUp() throws Exception {
        if (up && node.end().isPresent()) {
            shutDown();
        }
        if (!up) {
            start();
            awaitRound();
        }
    }

    /** Starts a node; throws as its start does. */
    void start() throws Exception {
        node =
                (NodeUnderFault)
                        CLASSES.loadClass(WovenNode.class.getName())
                                .getDeclaredConstructor()
                                .newInstance();
        up = true;
        node.start(settings);
    }

    /** Closes the node if it was started; it leaves no thread behind. */
    void shutDown() throws Exception {
        if (!up) {
            return;
        }
        up = false;
        var closed = new CountDownLatch(1);
        Thread closing =
                Thread.ofPlatform()
                        .daemon()
                        .name("closing")
                        .start(() -> {
                            node.close();
                            closed.countDown();
                        });
        if (!closed.await(DEADLINE_NANOS, TimeUnit.NANOSECONDS)) {
            throw new AssertionError(
                    "the close of the %s hangs: %s%n%s"
                            .formatted(node.closingPart(), closing, leftovers.threads()));
        }
        long deadline = System.nanoTime() + DEADLINE_NANOS;
        while (!leftovers.threads().isEmpty()) {
            assertThat(System.nanoTime())
                    .as("threads of a closed node: %s", leftovers.threads())
                    .isLessThan(deadline);
            Thread.sleep(20);
        }
    }

    /** Uses the node, which may answer anything meanwhile, until {@code done}. */
    void useUntil(String what, Condition done) throws Exception {
        long deadline = System.nanoTime() + DEADLINE_NANOS;
        while (!done.holds()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            try {
                use.round();
            } catch (Exception ofTheFault) {
                Thread.sleep(20);
            }
        }
    }

    /** Waits until the node does everything that is asked of it. */
    void awaitRound() throws Exception {
        long deadline = System.nanoTime() + DEADLINE_NANOS;
        while (true) {
            try {
                use.round();
                return;
            } catch (Exception e) {
                if (System.nanoTime() > deadline) {
                    throw e;
                }
                Thread.sleep(20);
            }
        }
    }

    static void await(String what, Condition condition) throws Exception {
        long deadline = System.nanoTime() + DEADLINE_NANOS;
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            Thread.sleep(10);
        }
    }

    @Override
    public void close() {
        node.close();
    }
}
