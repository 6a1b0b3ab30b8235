package io.oxbow.node.process.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.node.process.JsonTopic;
import io.oxbow.node.process.OxbowProcess;
import io.oxbow.s3stream.testkit.Sampled;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests kill -9 during translation and commit, over and over: every record is in the table once.
 */
@Sampled
@Tag("slow")
class TableKillLoopProcessTest {

    private static final int KILLS = Integer.getInteger("oxbow.kills", 4);
    private static final int RECORDS_PER_ROUND = 3000;

    @TempDir Path temporary = Path.of("");

    @Test
    void everyRecordIsInTheTableOnce() throws Exception {
        Path data = temporary.resolve("data");
        Map<String, String> settings = Map.of("oxbow.upload.interval.ms", "200");
        var topic = new JsonTopic("events", 3);
        long seed = System.nanoTime();
        System.out.println("kill moments from seed " + seed);
        var random = new Random(seed);
        for (int round = 0; round < KILLS; round++) {
            try (var node = OxbowProcess.start(data, settings)) {
                if (round == 0) {
                    topic.create(node);
                }
                topic.produce(node, round * RECORDS_PER_ROUND, (round + 1) * RECORDS_PER_ROUND);
                Thread.sleep(random.nextInt(2500));
                node.kill();
            }
        }
        try (var node = OxbowProcess.start(data, settings)) {
            topic.awaitVerified(node, (long) KILLS * RECORDS_PER_ROUND);
            assertThat(topic.count(node)).isEqualTo((long) KILLS * RECORDS_PER_ROUND);
        }
    }
}
