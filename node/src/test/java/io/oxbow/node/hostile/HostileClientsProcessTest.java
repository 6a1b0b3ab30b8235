package io.oxbow.node.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.node.process.OxbowProcess;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests that a node with half a gibibyte of heap bears every {@link Attack} at once. It stays below
 * a gibibyte, and clients that behave well see no error and no gap. {@code bin/hostile} runs it for
 * longer and judges the latencies too, which say nothing where other tests run beside it.
 */
@Tag("slow")
class HostileClientsProcessTest {

    private static final String BAIT = "bait";
    private static final String STEADY = "steady";
    private static final int BAIT_RECORDS = 1_024;
    private static final int BAIT_RECORD_BYTES = 64 << 10;
    private static final long RESIDENT_MIB = 1_024;
    private static final long P99_MILLIS = 1_000;

    /**
     * True when the duration was given: the run has the machine to itself then, and latencies are
     * judged.
     */
    private static final boolean TIMED = Long.getLong("oxbow.hostile.seconds") != null;

    private static final Duration DURATION =
            Duration.ofSeconds(Long.getLong("oxbow.hostile.seconds", 15));

    /**
     * Attackers come to a node that has served for a while, as a server does for most of its life.
     */
    private static final Duration LEAD =
            Duration.ofSeconds(Math.min(20, DURATION.toSeconds() / 10));

    private static final long SEED = Long.getLong("oxbow.hostile.seed", new Random().nextLong());
    private static final String ATTACKS = System.getProperty("oxbow.hostile.attacks", "");

    @TempDir Path temporary = Path.of("");

    @Test
    void wellBehavedClientsNoticeNothing() throws Exception {
        System.out.println("seed " + SEED + ", " + DURATION.toSeconds() + " s");
        try (var node =
                OxbowProcess.start(
                        temporary.resolve("data"), Map.of(), Map.of("OXBOW_OPTS", "-Xmx512m"))) {
            Uuid bait = prepare(node);
            var load = new SteadyLoad(node.kafka(), STEADY, DURATION);
            load.start();
            Thread.sleep(LEAD);
            Process hostile = attack(node, bait);
            try {
                load.awaitEnd();
                assertThat(hostile.waitFor(60, TimeUnit.SECONDS)).as("attackers ended").isTrue();
                assertThat(hostile.exitValue()).as("attackers' exit code").isZero();
            } finally {
                hostile.destroyForcibly();
            }
            judge(node, load);
        }
    }

    private static void judge(OxbowProcess node, SteadyLoad load) throws Exception {
        System.out.printf(
                "%d records: acknowledged in %d ms (p50), %d ms (p99), %d ms at most; "
                        + "arrived in %d ms (p50), %d ms (p99), %d ms at most%n",
                load.records(),
                load.ackMillis(0.5),
                load.ackMillis(0.99),
                load.ackMillis(1),
                load.arrivalMillis(0.5),
                load.arrivalMillis(0.99),
                load.arrivalMillis(1));
        System.out.println(
                "acknowledged at most, by twentieths of the run: " + load.longestAckMillis());
        load.errors().stream().limit(20).forEach(System.out::println);
        if (!node.isAlive()) {
            List<String> log = node.log().lines().toList();
            log.subList(Math.max(0, log.size() - 30), log.size()).forEach(System.out::println);
        }
        assertThat(node.isAlive()).as("the node is alive").isTrue();
        System.out.printf(
                "%d MiB resident at most, %d errors or gaps%n",
                node.peakMib(), load.errors().size());
        assertThat(load.errors()).isEmpty();
        assertThat(node.peakMib()).isLessThanOrEqualTo(RESIDENT_MIB);
        if (TIMED) {
            assertThat(load.ackMillis(0.99))
                    .as("p99 to acknowledge")
                    .isLessThanOrEqualTo(P99_MILLIS);
            assertThat(load.arrivalMillis(0.99))
                    .as("p99 to arrive")
                    .isLessThanOrEqualTo(P99_MILLIS);
        }
    }

    private static Uuid prepare(OxbowProcess node) throws Exception {
        Map<String, Object> config = Map.of("bootstrap.servers", node.kafka());
        Uuid bait;
        try (Admin admin = Admin.create(config)) {
            var topics = new ArrayList<NewTopic>();
            for (String name : List.of(BAIT, STEADY, Hostility.RECOMPRESSED)) {
                topics.add(new NewTopic(name, Hostility.PARTITIONS, (short) 1));
            }
            topics.getLast().configs(Map.of("compression.type", "zstd"));
            bait = admin.createTopics(topics).topicId(BAIT).get();
        }
        byte[] value = new byte[BAIT_RECORD_BYTES];
        new Random(SEED).nextBytes(value);
        try (var producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < BAIT_RECORDS; i++) {
                producer.send(new ProducerRecord<>(BAIT, i % Hostility.PARTITIONS, null, value));
            }
        }
        return bait;
    }

    /** Starts the attackers, kept to one core where there are several. */
    private static Process attack(OxbowProcess node, Uuid bait) throws Exception {
        List<String> command = new ArrayList<>();
        int cores = Runtime.getRuntime().availableProcessors();
        if (cores > 1 && Files.isExecutable(Path.of("/usr/bin/taskset"))) {
            command.addAll(List.of("taskset", "-c", String.valueOf(cores - 1)));
        }
        command.addAll(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx1g",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Hostility.class.getName(),
                        String.valueOf(port(node.kafka())),
                        String.valueOf(port(node.http())),
                        BAIT,
                        bait.toString(),
                        String.valueOf(DURATION.minus(LEAD).toSeconds()),
                        String.valueOf(SEED),
                        ATTACKS));
        return new ProcessBuilder(command).inheritIO().start();
    }

    private static int port(String address) {
        return URI.create(address.contains("://") ? address : "any://" + address).getPort();
    }
}
