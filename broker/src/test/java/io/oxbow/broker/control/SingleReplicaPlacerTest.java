package io.oxbow.broker.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.metadata.placement.ClusterDescriber;
import org.apache.kafka.metadata.placement.PartitionAssignment;
import org.apache.kafka.metadata.placement.PlacementSpec;
import org.apache.kafka.metadata.placement.TopicAssignment;
import org.apache.kafka.metadata.placement.UsableBroker;
import org.junit.jupiter.api.Test;

/** Tests that partitions go to the controller's own broker, and to others only without it. */
class SingleReplicaPlacerTest {

    private record Brokers(UsableBroker... all) implements ClusterDescriber {
        @Override
        public Iterator<UsableBroker> usableBrokers() {
            return Arrays.asList(all).iterator();
        }

        @Override
        public Uuid defaultDir(int brokerId) {
            return Uuid.fromString("AAAAAAAAAAAAAAAAAAAAAQ");
        }
    }

    private static UsableBroker broker(int id, boolean fenced) {
        return new UsableBroker(id, Optional.empty(), fenced);
    }

    private static List<List<Integer>> place(UsableBroker... brokers) {
        TopicAssignment placed =
                new SingleReplicaPlacer(broker -> broker == 2)
                        .place(new PlacementSpec(1, 3, (short) 1), new Brokers(brokers));
        return placed.assignments().stream().map(PartitionAssignment::replicas).toList();
    }

    @Test
    void aBrokerOfANodeThatIsGoneTakesNothing() {
        assertThat(place(broker(1, false), broker(2, false)))
                .containsExactly(List.of(2), List.of(2), List.of(2));
    }

    @Test
    void othersTakePartitionsWhileTheOwnBrokerIsFenced() {
        assertThat(place(broker(1, false), broker(2, true), broker(3, false)))
                .containsExactly(List.of(1), List.of(3), List.of(1));
    }

    @Test
    void withoutABrokerThereIsAnError() {
        assertThatThrownBy(() -> place(broker(1, true)))
                .isInstanceOf(InvalidReplicationFactorException.class);
    }
}
