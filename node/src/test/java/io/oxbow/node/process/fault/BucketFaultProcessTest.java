package io.oxbow.node.process.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.node.process.NumberedLoad;
import io.oxbow.node.process.OxbowProcess;
import io.oxbow.s3stream.testkit.CephGateway;
import io.oxbow.s3stream.testkit.FaultyGateway;
import io.oxbow.s3stream.testkit.GatewayFaults;
import io.oxbow.s3stream.testkit.Sampled;
import io.oxbow.s3stream.testkit.SharedServers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tests a real process on a real S3 server that vanishes, throttles, or loses answers. */
@Sampled
@Tag("slow")
@Tag("s3")
@ExtendWith(SharedServers.class)
class BucketFaultProcessTest {

    private static final int SECONDS = Integer.getInteger("oxbow.outage.seconds", 20);

    private final CephGateway server;
    private FaultyGateway bucket;

    @TempDir Path temporary = Path.of("");

    @SuppressWarnings("NullAway") // the gateway is there from before each test
    BucketFaultProcessTest(CephGateway server) {
        this.server = server;
    }

    @BeforeEach
    void start() throws Exception {
        bucket = FaultyGateway.start(server.endpoint(), 7);
    }

    @AfterEach
    void stop() throws Exception {
        bucket.close();
    }

    /** The write-ahead log takes what the bucket cannot. */
    @Test
    void producersDoNotNoticeThatTheBucketIsAway() throws Exception {
        try (var node = OxbowProcess.start(temporary.resolve("data"), onNewBucket());
                var load = new NumberedLoad(node.kafka(), "numbers", 2, 200)) {
            load.awaitMore(2_000);
            bucket.set(GatewayFaults.vanished());
            long end = System.nanoTime() + Duration.ofSeconds(SECONDS).toNanos();
            while (System.nanoTime() < end) {
                load.awaitMore(500);
            }
            bucket.heal();
            load.awaitMore(2_000);
            load.finish();
            load.verify(node.kafka());
            assertThat(node.terminate()).isZero();
        }
    }

    /** With the log in the bucket, producers have to wait for it; none is told of a failure. */
    @Test
    void withItsLogInTheBucketANodeWaitsForIt() throws Exception {
        Map<String, String> settings = onNewBucket();
        settings.put("oxbow.wal", "object");
        try (var node = OxbowProcess.start(temporary.resolve("data"), settings);
                var load = new NumberedLoad(node.kafka(), "numbers", 2, 200)) {
            load.awaitMore(2_000);
            bucket.set(GatewayFaults.vanished());
            load.awaitStandstill(Duration.ofSeconds(5));
            Thread.sleep(SECONDS * 1000L);
            bucket.heal();
            load.awaitMore(2_000);
            load.finish();
            load.verify(node.kafka());
            assertThat(node.terminate()).isZero();
        }
    }

    @Test
    void throttlingAndLostAnswersAreRiddenOut() throws Exception {
        try (var node = OxbowProcess.start(temporary.resolve("data"), onNewBucket());
                var load = new NumberedLoad(node.kafka(), "numbers", 2, 200)) {
            load.awaitMore(1_000);
            bucket.set(
                    GatewayFaults.none()
                            .with(GatewayFaults.Fault.SLOW_DOWN, 0.3)
                            .with(GatewayFaults.Fault.LOSE_ANSWER, 0.1)
                            .with(GatewayFaults.Fault.ERROR_AFTER_ALL, 0.1));
            long end = System.nanoTime() + Duration.ofSeconds(SECONDS).toNanos();
            while (System.nanoTime() < end) {
                load.awaitMore(500);
            }
            bucket.heal();
            load.finish();
            load.verify(node.kafka());
            assertThat(bucket.count(GatewayFaults.Fault.SLOW_DOWN)).isPositive();
            assertThat(bucket.count(GatewayFaults.Fault.LOSE_ANSWER)).isPositive();
            assertThat(node.terminate()).isZero();
        }
    }

    /** A machine stands still, another takes its place, and then the first wakes up. */
    @Test
    void wokenZombieAcksNothingAndEnds() throws Exception {
        Map<String, String> settings = onNewBucket();
        settings.put("oxbow.wal", "object");
        OxbowProcess zombie = OxbowProcess.start(temporary.resolve("one"), settings);
        settings.put("listeners", "PLAINTEXT://" + zombie.kafka());
        try (var load = new NumberedLoad(zombie.kafka(), "numbers", 2, 200)) {
            load.awaitMore(2_000);
            zombie.suspend();
            // On the same machine the port is taken as long as the first one lives.
            settings.put("listeners", "PLAINTEXT://127.0.0.1:0");
            try (var node = OxbowProcess.start(temporary.resolve("two"), settings)) {
                zombie.resume();
                assertThat(zombie.awaitExit(Duration.ofSeconds(60))).isNotZero();
                assertThat(zombie.log()).contains("fenced");
                load.stopSending();
                load.verifyAcked(node.kafka());
            }
        } finally {
            zombie.close();
        }
    }

    private Map<String, String> onNewBucket() {
        Map<String, String> settings = new HashMap<>(bucket.options(server));
        settings.put("oxbow.store", server.createBucket("oxbow-" + UUID.randomUUID()) + "/cluster");
        settings.put("num.partitions", "2");
        settings.put("oxbow.upload.interval.ms", "300");
        return settings;
    }
}
