package io.oxbow.broker.transaction;

import io.oxbow.s3stream.env.Component;
import io.oxbow.s3stream.env.Environment;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.coordinator.transaction.TransactionMetadata;
import org.apache.kafka.coordinator.transaction.TransactionState;

/** Writes a decided transaction's markers to all of its partitions, wherever they are led. */
final class MarkerSender {

    /** Finds the leader of a partition. */
    interface Leaders {

        /** Returns false for a partition of a topic that is gone. */
        boolean exists(TopicPartition partition);

        /** Returns the broker that leads a partition; empty while none does. */
        Optional<Integer> leader(TopicPartition partition);
    }

    /** Writes markers to partitions of one broker; blocks. */
    interface Broker {
        Map<TopicPartition, Errors> write(
                int broker, Marker marker, List<TopicPartition> partitions)
                throws InterruptedException;
    }

    private final Leaders leaders;
    private final Broker brokers;
    private final Environment environment;
    private final Component health;
    private final Uuid process;
    private final AtomicLong attempts = new AtomicLong();

    /**
     * @param process identity of this process
     * @param health of the coordinator, which the threads belong to
     */
    MarkerSender(
            Uuid process,
            Leaders leaders,
            Broker brokers,
            Environment environment,
            Component health) {
        this.process = process;
        this.leaders = leaders;
        this.brokers = brokers;
        this.environment = environment;
        this.health = health;
    }

    /**
     * Writes the markers of a decided transaction.
     *
     * @return false if the coordinator was succeeded before all were written
     */
    boolean send(TransactionPartition home, String transactionalId) throws InterruptedException {
        var decided =
                new MarkerDelivery.Decided(
                        transactionalId, () -> attempt(home, transactionalId), home::isOver);
        return new MarkerDelivery(
                        decided,
                        partitionsOf(home, transactionalId),
                        leaders,
                        brokers,
                        environment.clock(),
                        environment.threads(),
                        health)
                .run();
    }

    private static Set<TopicPartition> partitionsOf(TransactionPartition home, String id) {
        return home.read(states -> {
            TransactionMetadata transaction = states.get(id);
            return transaction == null
                    ? Set.<TopicPartition>of()
                    : Set.copyOf(transaction.topicPartitions());
        });
    }

    /**
     * Returns the marker for one try. The number is drawn before the look at the tenure: a later
     * tenure of this process has greater ones.
     */
    private Optional<Marker> attempt(TransactionPartition home, String id) {
        var attempt = new Marker.Attempt(process, attempts.incrementAndGet());
        return home.isOver()
                ? Optional.empty()
                : Optional.of(home.read(states -> markerOf(states, id, home.epoch(), attempt)));
    }

    static Marker markerOf(
            TransactionStates states, String id, int coordinatorEpoch, Marker.Attempt attempt) {
        TransactionMetadata transaction = states.get(id);
        if (transaction == null) {
            throw new IllegalStateException("%s is forgotten before it has ended".formatted(id));
        }
        return new Marker(
                transaction.producerId(),
                transaction.producerEpoch(),
                transaction.state() == TransactionState.PREPARE_COMMIT,
                coordinatorEpoch,
                transaction.clientTransactionVersion().featureLevel(),
                attempt);
    }
}
