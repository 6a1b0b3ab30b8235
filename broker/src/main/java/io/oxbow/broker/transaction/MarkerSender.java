package io.oxbow.broker.transaction;

import io.oxbow.s3stream.env.Environment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.coordinator.transaction.TransactionMetadata;
import org.apache.kafka.coordinator.transaction.TransactionState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a decided transaction's markers to all of its partitions, wherever they are led, until
 * each has one.
 */
final class MarkerSender {

    private static final Logger LOG = LoggerFactory.getLogger(MarkerSender.class);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

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

    MarkerSender(Leaders leaders, Broker brokers, Environment environment) {
        this.leaders = leaders;
        this.brokers = brokers;
        this.environment = environment;
    }

    /**
     * Writes the markers of a decided transaction.
     *
     * @return false if the coordinator was succeeded before all were written
     */
    boolean send(TransactionPartition home, String transactionalId) throws InterruptedException {
        Set<TopicPartition> left = new HashSet<>(partitionsOf(home, transactionalId));
        Duration pause = FIRST_PAUSE;
        while (!home.isOver()) {
            if (!round(home, transactionalId, left)) {
                return false;
            }
            if (left.isEmpty()) {
                return true;
            }
            environment.clock().sleep(pause);
            pause = pause.multipliedBy(2);
            pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
        }
        return false;
    }

    private static Set<TopicPartition> partitionsOf(TransactionPartition home, String id) {
        return home.read(states -> {
            TransactionMetadata transaction = states.get(id);
            return transaction == null
                    ? Set.<TopicPartition>of()
                    : Set.copyOf(transaction.topicPartitions());
        });
    }

    /** Tries all partitions that are left once; false if a newer coordinator has been there. */
    private boolean round(TransactionPartition home, String id, Set<TopicPartition> left)
            throws InterruptedException {
        Marker marker = home.read(states -> markerOf(states, id, home.epoch()));
        left.removeIf(partition -> !leaders.exists(partition));
        Map<Integer, List<TopicPartition>> byLeader = new HashMap<>();
        for (TopicPartition partition : left) {
            leaders.leader(partition)
                    .ifPresent(broker ->
                            byLeader.computeIfAbsent(broker, any -> new ArrayList<>())
                                    .add(partition));
        }
        for (var group : byLeader.entrySet()) {
            var results = brokers.write(group.getKey(), marker, group.getValue());
            for (var result : results.entrySet()) {
                switch (result.getValue()) {
                    // The producer has a newer epoch there: no transaction of this one is open.
                    case NONE, INVALID_PRODUCER_EPOCH -> left.remove(result.getKey());
                    case TRANSACTION_COORDINATOR_FENCED -> {
                        LOG.info("{} of {} is ended by a newer coordinator", id, home.log().id());
                        return false;
                    }
                    default ->
                            LOG.debug(
                                    "{} has no marker of {} yet: {}",
                                    result.getKey(),
                                    id,
                                    result.getValue());
                }
            }
        }
        return true;
    }

    private static Marker markerOf(TransactionStates states, String id, int coordinatorEpoch) {
        TransactionMetadata transaction = states.get(id);
        if (transaction == null) {
            throw new IllegalStateException("%s is forgotten before it has ended".formatted(id));
        }
        return new Marker(
                transaction.producerId(),
                transaction.producerEpoch(),
                transaction.state() == TransactionState.PREPARE_COMMIT,
                coordinatorEpoch,
                transaction.clientTransactionVersion().featureLevel());
    }
}
