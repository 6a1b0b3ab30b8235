package io.oxbow.broker.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.metadata.placement.ClusterDescriber;
import org.apache.kafka.metadata.placement.PartitionAssignment;
import org.apache.kafka.metadata.placement.PlacementSpec;
import org.apache.kafka.metadata.placement.TopicAssignment;
import org.apache.kafka.metadata.placement.UsableBroker;
import org.junit.jupiter.api.Test;

/** Tests that partitions are spread by zone and load over the preferred brokers that are up. */
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

    private static PlacementLoads loads(Map<Integer, Double> traffic) {
        var measured = new BrokerTraffic();
        measured.set(traffic);
        return new PlacementLoads(() -> MetadataImage.EMPTY, measured);
    }

    private static List<Integer> place(
            Map<Integer, Double> traffic, int partitions, UsableBroker... brokers) {
        return new SingleReplicaPlacer(broker -> true, loads(traffic))
                        .place(new PlacementSpec(0, partitions, (short) 1), new Brokers(brokers))
                        .assignments()
                        .stream()
                        .map(assignment -> assignment.replicas().getFirst())
                        .toList();
    }

    private static UsableBroker inZone(int id, String zone) {
        return new UsableBroker(id, Optional.of(zone), false);
    }

    @Test
    void zonesTakeTurnsByTheirNumbersOfBrokers() {
        assertThat(place(Map.of(), 6, inZone(1, "a"), inZone(2, "a"), inZone(3, "b")))
                .containsExactlyInAnyOrder(1, 1, 2, 2, 3, 3);
        assertThat(place(Map.of(), 2, inZone(1, "a"), inZone(2, "a"), inZone(3, "b")))
                .containsExactly(1, 3);
    }

    @Test
    void brokersWithMuchTrafficGetFewer() {
        assertThat(place(Map.of(1, 3.0, 2, 0.5), 2, broker(1, false), broker(2, false)))
                .containsExactly(2, 2);
    }

    @Test
    void topicsOfOnePartitionAreSpread() {
        var placer = new SingleReplicaPlacer(broker -> true, loads(Map.of()));
        var brokers = new Brokers(inZone(1, "a"), inZone(2, "b"), inZone(3, "c"));
        List<Integer> placed = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            placed.add(
                    placer.place(new PlacementSpec(0, 1, (short) 1), brokers)
                            .assignments()
                            .getFirst()
                            .replicas()
                            .getFirst());
        }
        assertThat(placed).containsExactly(1, 2, 3, 1, 2, 3);
    }

    private static UsableBroker broker(int id, boolean fenced) {
        return new UsableBroker(id, Optional.empty(), fenced);
    }

    private static List<List<Integer>> place(UsableBroker... brokers) {
        TopicAssignment placed =
                new SingleReplicaPlacer(broker -> broker == 2, loads(Map.of()))
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
