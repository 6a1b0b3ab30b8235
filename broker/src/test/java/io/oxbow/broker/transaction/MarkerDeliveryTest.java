package io.oxbow.broker.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.env.Component;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.env.Policy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests the delivery of markers to brokers that answer late, otherwise, or not at all. */
@Timeout(60)
class MarkerDeliveryTest {

    private static final TopicPartition FIRST = new TopicPartition("payments", 0);
    private static final TopicPartition SECOND = new TopicPartition("payments", 1);
    private static final Marker MARKER = new Marker(1, (short) 0, true, 3, (short) 2, null);

    private final Environment environment = Environment.system();
    private final Component health =
            environment.health().background("transaction-coordinator", Policy.RESTART);
    private final AtomicBoolean over = new AtomicBoolean();

    /** Leaders of partitions, and the answers that each broker has left. */
    private static final class Cluster implements MarkerSender.Leaders, MarkerSender.Broker {
        private final Map<TopicPartition, Integer> leaders = new ConcurrentHashMap<>();
        private final Map<Integer, ArrayDeque<Errors>> answers = new HashMap<>();
        private final List<String> calls = Collections.synchronizedList(new ArrayList<>());

        @Override
        public boolean exists(TopicPartition partition) {
            return leaders.containsKey(partition);
        }

        @Override
        public Optional<Integer> leader(TopicPartition partition) {
            return Optional.ofNullable(leaders.get(partition)).filter(broker -> broker >= 0);
        }

        @Override
        public Map<TopicPartition, Errors> write(
                int broker, Marker marker, List<TopicPartition> partitions)
                throws InterruptedException {
            Errors answer = Objects.requireNonNull(answers.get(broker)).removeFirst();
            partitions.forEach(partition -> calls.add(broker + ":" + partition.partition()));
            var results = new HashMap<TopicPartition, Errors>();
            partitions.forEach(partition -> results.put(partition, answer));
            return results;
        }

        private void answers(int broker, Errors... wanted) {
            answers.put(broker, new ArrayDeque<>(List.of(wanted)));
        }
    }

    private final Cluster cluster = new Cluster();

    private MarkerDelivery delivery(MarkerSender.Broker brokers, TopicPartition... partitions) {
        return new MarkerDelivery(
                new MarkerDelivery.Decided("id", () -> Optional.of(MARKER), over::get),
                Set.of(partitions),
                cluster,
                brokers,
                environment.clock(),
                environment.threads(),
                health);
    }

    @Test
    void partitionThatIsLedElsewhereByNowGetsItsMarkerThere() throws Exception {
        cluster.leaders.putAll(Map.of(FIRST, 1, SECOND, 1));
        cluster.answers(1, Errors.NOT_LEADER_OR_FOLLOWER);
        cluster.answers(2, Errors.REQUEST_TIMED_OUT, Errors.NONE);
        MarkerSender.Broker moving =
                (broker, marker, partitions) -> {
                    cluster.leaders.putAll(Map.of(FIRST, 2, SECOND, 2));
                    return cluster.write(broker, marker, partitions);
                };

        assertThat(delivery(moving, FIRST, SECOND).run()).isTrue();
        assertThat(cluster.calls)
                .containsExactlyInAnyOrder("1:0", "1:1", "2:0", "2:1", "2:0", "2:1");
    }

    @Test
    void brokerThatDoesNotAnswerHoldsUpNoOther() throws Exception {
        cluster.leaders.putAll(Map.of(FIRST, 1, SECOND, 2));
        cluster.answers(1, Errors.NONE);
        cluster.answers(2, Errors.REQUEST_TIMED_OUT, Errors.NONE);
        var secondIsThere = new CountDownLatch(1);
        MarkerSender.Broker slow =
                (broker, marker, partitions) -> {
                    if (broker == 1) {
                        secondIsThere.await();
                    }
                    var results = cluster.write(broker, marker, partitions);
                    if (results.containsValue(Errors.NONE)) {
                        secondIsThere.countDown();
                    }
                    return results;
                };

        assertThat(delivery(slow, FIRST, SECOND).run()).isTrue();
        assertThat(cluster.calls).containsExactly("2:1", "2:1", "1:0");
    }

    @Test
    void coordinatorThatWasSucceededStops() throws Exception {
        cluster.leaders.putAll(Map.of(FIRST, 1, SECOND, 2));
        cluster.answers(1, Errors.TRANSACTION_COORDINATOR_FENCED);
        cluster.answers(2, Errors.NONE);

        assertThat(delivery(cluster, FIRST, SECOND).run()).isFalse();
    }

    @Test
    void deliveryEndsWithTheCoordinatorsTenure() throws Exception {
        cluster.leaders.put(FIRST, 1);
        MarkerSender.Broker last =
                (broker, marker, partitions) -> {
                    over.set(true);
                    return Map.of(FIRST, Errors.REQUEST_TIMED_OUT);
                };

        assertThat(delivery(last, FIRST).run()).isFalse();
    }

    @Test
    void partitionOfADeletedTopicNeedsNoMarker() throws Exception {
        cluster.leaders.put(FIRST, 1);
        cluster.answers(1, Errors.NONE);

        assertThat(delivery(cluster, FIRST, SECOND).run()).isTrue();
        assertThat(cluster.calls).containsExactly("1:0");
    }

    @Test
    void newerEpochOfTheProducerIsAsGoodAsAMarker() throws Exception {
        cluster.leaders.put(FIRST, 1);
        cluster.answers(1, Errors.INVALID_PRODUCER_EPOCH);

        assertThat(delivery(cluster, FIRST).run()).isTrue();
    }
}
