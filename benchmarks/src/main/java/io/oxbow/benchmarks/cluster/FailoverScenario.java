package io.oxbow.benchmarks.cluster;

import io.oxbow.benchmarks.scenario.Contender;
import io.oxbow.benchmarks.scenario.Figures;
import io.oxbow.benchmarks.scenario.Quantity;
import io.oxbow.benchmarks.scenario.Windows;
import io.oxbow.benchmarks.server.Lab;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Kills a node that leads 500 partitions, until each has acknowledged a record. First a node that
 * does not lead the metadata log is killed, then the one that does.
 */
public final class FailoverScenario implements ClusterScenario {

    private static final int PARTITIONS = 500;
    private static final double NANOS = 1e9;
    private static final int OXBOW_SECONDS = 70;
    private static final int PEER_SECONDS = 110;

    @Override
    public String title() {
        return "kill -9 of a node that leads 500 partitions, until each acknowledges";
    }

    @Override
    public int estimateSeconds(Contender contender, Windows windows) {
        return contender == Contender.OXBOW ? OXBOW_SECONDS : PEER_SECONDS;
    }

    @Override
    public Figures run(Contender contender, Lab lab, Windows windows)
            throws IOException, InterruptedException {
        try (var nodes =
                ThreeNodes.start(contender, lab, Map.of("oxbow.balance.enable", "false"))) {
            Map<Quantity, Double> values = new EnumMap<>(Quantity.class);
            int follower = ThreeNodes.anotherThan(nodes.metadataLeader());
            values.put(Quantity.SECONDS_TO_FAIL_OVER, failOver(nodes, "of-follower", follower));
            nodes.server().launch(follower);
            nodes.awaitMember(follower);
            values.put(
                    Quantity.SECONDS_TO_FAIL_OVER_OF_LEADER,
                    failOver(nodes, "of-leader", nodes.metadataLeader()));
            return new Figures(values, List.of());
        }
    }

    private static double failOver(ThreeNodes nodes, String topic, int victim)
            throws IOException, InterruptedException {
        nodes.create(topic, PARTITIONS, victim, ThreeNodes.NODES);
        try (var producer =
                new KafkaProducer<byte[], byte[]>(Pulse.properties(nodes.server().bootstrap()))) {
            send(producer, topic);
            long before = System.nanoTime();
            nodes.server().kill(victim);
            send(producer, topic);
            return (System.nanoTime() - before) / NANOS;
        }
    }

    /** Sends a record to each partition, and waits for all acknowledgements. */
    private static void send(KafkaProducer<byte[], byte[]> producer, String topic)
            throws IOException, InterruptedException {
        List<Future<RecordMetadata>> answers = new ArrayList<>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            answers.add(
                    producer.send(new ProducerRecord<>(topic, partition, null, new byte[] {1})));
        }
        for (Future<RecordMetadata> each : answers) {
            try {
                each.get();
            } catch (ExecutionException e) {
                throw new IOException("a record was not acknowledged: " + e.getCause(), e);
            }
        }
    }
}
