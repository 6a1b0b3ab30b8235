package io.oxbow.node.process.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.node.process.NumberedLoad;
import io.oxbow.node.process.OxbowProcess;
import io.oxbow.s3stream.testkit.Sampled;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests nodes whose write-ahead logs are on disks of their own. A dead one's partitions have no
 * leader, nothing of them is given up without an operator's word, and all that was acked is there
 * when it comes back.
 */
@Sampled
@Tag("slow")
class WaitingPartitionsProcessTest {

    private static final int PARTITIONS = 4;
    private static final String TOPIC = "numbers";
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final Pattern ABANDON = Pattern.compile("oxbow\\.wal\\.abandon=([0-9a-f-]{36})");

    @TempDir Path temporary = Path.of("");

    @Test
    void partitionsOfADeadNodeWaitForIt() throws Exception {
        try (var one = start("one", Map.of());
                var leaders = new Leaders(one.kafka(), TOPIC)) {
            try (var two = start("two", Map.of())) {
                assertThat(two.log()).contains("should this node die, its partitions wait");
                leaders.create(PARTITIONS);
                leaders.awaitAll(2);
                try (var load = new NumberedLoad(one.kafka(), TOPIC, PARTITIONS, 100)) {
                    load.awaitMore(2_000);
                    two.kill();
                    awaitWaiting(one);
                    leaders.awaitCount(-1, PARTITIONS / 2);
                    try (var back =
                            start("two", Map.of("listeners", "PLAINTEXT://" + two.kafka()))) {
                        leaders.awaitCount(-1, 0);
                        load.awaitMore(2_000);
                        load.finish();
                        load.verify(one.kafka());
                        load.verify(back.kafka());
                        assertThat(back.terminate()).isZero();
                    }
                }
            }
            assertThat(one.terminate()).isZero();
        }
    }

    @Test
    void partitionsOfALostDiskAreGivenUpByAnOperatorAlone() throws Exception {
        String id;
        try (var lost = start("one", Map.of());
                var leaders = new Leaders(lost.kafka(), TOPIC)) {
            leaders.create(PARTITIONS);
            try (var load = new NumberedLoad(lost.kafka(), TOPIC, PARTITIONS, 100)) {
                load.awaitMore(2_000);
            }
            lost.kill();
        }
        try (var heir = start("another", Map.of())) {
            id = awaitWaiting(heir);
            try (var leaders = new Leaders(heir.kafka(), TOPIC)) {
                leaders.awaitCount(-1, PARTITIONS);
            }
            assertThat(heir.terminate()).isZero();
        }
        try (var heir = start("another", Map.of("oxbow.wal.abandon", id));
                var leaders = new Leaders(heir.kafka(), TOPIC)) {
            leaders.awaitCount(-1, 0);
            try (var load = new NumberedLoad(heir.kafka(), TOPIC, PARTITIONS, 100)) {
                load.awaitMore(2_000);
            }
            assertThat(heir.terminate()).isZero();
        }
    }

    /** Waits until the node says that another's log is out of its reach; returns the log's id. */
    private static String awaitWaiting(OxbowProcess node) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            String told = node.command("node", "describe", "--http", node.http()).succeeded().out();
            var id = ABANDON.matcher(told);
            if (told.contains("wait for it: the write-ahead log") && id.find()) {
                return id.group(1);
            }
            assertThat(System.nanoTime()).as("%s", told).isLessThan(deadline);
            Thread.sleep(500);
        }
    }

    private OxbowProcess start(String directory, Map<String, String> given) throws Exception {
        Map<String, String> settings = new HashMap<>(given);
        settings.put("oxbow.store", temporary.resolve("bucket").toUri().toString());
        return OxbowProcess.start(temporary.resolve(directory), settings);
    }
}
