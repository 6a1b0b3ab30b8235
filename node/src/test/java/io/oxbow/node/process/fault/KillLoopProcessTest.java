package io.oxbow.node.process.fault;

import io.oxbow.node.process.NumberedLoad;
import io.oxbow.node.process.OxbowProcess;
import io.oxbow.s3stream.testkit.Sampled;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests kill -9 under load, over and over: acked records are there, once, in order. */
class KillLoopProcessTest {

    private static final int KILLS = Integer.getInteger("oxbow.kills", 4);
    private static final int PARTITIONS = 3;
    private static final String TOPIC = "numbers";

    @TempDir Path temporary = Path.of("");

    @Test
    void idempotentProducerSeesNoGapNoDuplicateNoReordering() throws Exception {
        killUnderLoad(Map.of(), life -> temporary.resolve("data"));
    }

    /** Each life begins on a machine that has never seen the node. */
    @Test
    @Sampled
    @Tag("slow")
    void withItsLogInTheBucketTheNodeNeedsNothingElse() throws Exception {
        String bucket = temporary.resolve("bucket").toUri().toString().replaceAll("/$", "");
        killUnderLoad(
                Map.of(
                        "oxbow.wal", "object",
                        "oxbow.wal.batch.interval.ms", "20",
                        "oxbow.store", bucket),
                life -> temporary.resolve("machine" + life));
    }

    private void killUnderLoad(Map<String, String> given, IntFunction<Path> dataDir)
            throws Exception {
        Map<String, String> settings = new HashMap<>(given);
        settings.put("num.partitions", String.valueOf(PARTITIONS));
        settings.put("oxbow.upload.interval.ms", "300");
        OxbowProcess node = OxbowProcess.start(dataDir.apply(0), settings);
        settings.put("listeners", "PLAINTEXT://" + node.kafka());
        try (var load = new NumberedLoad(node.kafka(), TOPIC, PARTITIONS, 200)) {
            for (int i = 0; i < KILLS; i++) {
                load.awaitMore(500);
                node.kill();
                node = OxbowProcess.start(dataDir.apply(i + 1), settings);
            }
            load.awaitMore(500);
            load.finish();
            load.verify(node.kafka());
        } finally {
            node.close();
        }
    }
}
