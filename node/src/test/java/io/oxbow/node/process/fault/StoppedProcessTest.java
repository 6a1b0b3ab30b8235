package io.oxbow.node.process.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.node.process.NumberedLoad;
import io.oxbow.node.process.OxbowProcess;
import io.oxbow.s3stream.testkit.Sampled;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests a process that stands still for long, as on a machine that is suspended, and then goes on.
 */
@Sampled
@Tag("slow")
class StoppedProcessTest {

    /** Longer than the sessions of the controller, the write time-out and a client's patience. */
    private static final int SECONDS = Integer.getInteger("oxbow.stopped.seconds", 25);

    @TempDir Path temporary = Path.of("");

    @Test
    void nodeGoesOnWhereItStood() throws Exception {
        Map<String, String> settings =
                Map.of("num.partitions", "2", "oxbow.upload.interval.ms", "300");
        try (var node = OxbowProcess.start(temporary.resolve("data"), settings);
                var load = new NumberedLoad(node.kafka(), "numbers", 2, 200)) {
            load.awaitMore(2_000);
            node.suspend();
            Thread.sleep(SECONDS * 1000L);
            node.resume();
            load.awaitMore(2_000);
            load.finish();
            load.verify(node.kafka());
            assertThat(node.terminate()).isZero();
        }
    }
}
