package io.oxbow.node.process;

import io.oxbow.node.cli.ExitCodes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/** A topic of numbered JSON documents with a table. */
public record JsonTopic(String name, int partitions) {

    public void create(OxbowProcess node) throws Exception {
        Map<String, String> configs =
                Map.of("table.enable", "true", "table.freshness.ms", "500", "retention.ms", "-1");
        try (var admin = Admin.create(Map.of("bootstrap.servers", node.kafka()))) {
            admin.createTopics(
                            List.of(
                                    new NewTopic(name, Optional.of(partitions), Optional.empty())
                                            .configs(configs)))
                    .all()
                    .get();
        }
    }

    /** Produces documents {@code from} to {@code to}, round robin over the partitions. */
    public void produce(OxbowProcess node, int from, int to) throws Exception {
        Map<String, Object> config = new HashMap<>();
        config.put("bootstrap.servers", node.kafka());
        config.put("linger.ms", 5);
        try (var producer =
                new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
            Future<?> last = null;
            for (int i = from; i < to; i++) {
                last =
                        producer.send(
                                new ProducerRecord<>(
                                        name,
                                        i % partitions,
                                        "k" + i,
                                        "{\"n\":%d,\"text\":\"document %d\"}".formatted(i, i)));
            }
            producer.flush();
            if (last != null) {
                last.get();
            }
        }
    }

    /**
     * Waits until {@code table verify} says that all {@code records} are in the table, and right. A
     * table that is not committed yet, and a node that is too busy to answer, are waited for.
     */
    public void awaitVerified(OxbowProcess node, long records) throws Exception {
        long deadline = System.nanoTime() + 120_000_000_000L;
        while (true) {
            Outcome outcome =
                    node.command(
                            "table",
                            "verify",
                            name,
                            "--bootstrap-server",
                            node.kafka(),
                            "--http",
                            node.http(),
                            "--json");
            if (outcome.exit() == 0
                    && outcome.out().contains("\"verified\":" + records)
                    && outcome.out().contains("\"lag\":0")) {
                return;
            }
            if (!isBehind(outcome) || !node.isAlive() || System.nanoTime() > deadline) {
                throw new AssertionError(
                        "verify of %d records: exit %d%n%s%n%s"
                                .formatted(records, outcome.exit(), outcome.out(), outcome.err()));
            }
            Thread.sleep(500);
        }
    }

    private static boolean isBehind(Outcome outcome) {
        return switch (outcome.exit()) {
            case 0, ExitCodes.NOT_YET, ExitCodes.NO_ANSWER -> true;
            default -> false;
        };
    }

    public long count(OxbowProcess node) throws Exception {
        String json =
                node.command(
                                "sql",
                                "--http",
                                node.http(),
                                "--json",
                                "SELECT COUNT(*) AS n FROM \"default\"." + name)
                        .succeeded()
                        .out();
        return Long.parseLong(json.replaceAll("\\D", ""));
    }
}
