package io.oxbow.broker.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.broker.balance.Scene.Rest;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.metadata.PartitionRecord;
import org.apache.kafka.common.metadata.RegisterBrokerRecord;
import org.apache.kafka.common.metadata.TopicRecord;
import org.apache.kafka.image.MetadataDelta;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.MetadataProvenance;
import org.junit.jupiter.api.Test;

/** Tests what the balancer reads from an image. */
class SurroundingsTest {

    private static final int HERE = 1;
    private static final int UP = 2;
    private static final int DOWN = 3;
    private static final Uuid TOPIC = new Uuid(1, 1);

    /** Moves that never end would use up the limit of a round, for ever. */
    @Test
    void partitionThatWaitsForABrokerThatIsDownIsNotOnItsWay() {
        var delta = new MetadataDelta.Builder().setImage(MetadataImage.EMPTY).build();
        for (int broker : List.of(HERE, UP, DOWN)) {
            delta.replay(
                    new RegisterBrokerRecord()
                            .setBrokerId(broker)
                            .setIncarnationId(new Uuid(9, broker))
                            .setFenced(broker == DOWN));
        }
        delta.replay(new TopicRecord().setName("t").setTopicId(TOPIC));
        delta.replay(partition(0, List.of(), List.of(HERE)));
        delta.replay(partition(1, List.of(UP), List.of(UP, HERE)));
        delta.replay(partition(2, List.of(DOWN), List.of(DOWN, HERE)));
        delta.replay(partition(3, List.of(DOWN, UP), List.of(DOWN, UP, HERE)));
        MetadataImage image = delta.apply(new MetadataProvenance(10, 1, 0, true));

        Scene scene = Surroundings.scene(image, broker -> true, id -> Load.NONE, id -> false);

        assertThat(scene.partitions())
                .extracting(Scene.Placed::rest)
                .containsExactly(Rest.NONE, Rest.MOVING, Rest.LATE, Rest.MOVING);
        assertThat(scene.partitions())
                .extracting(Scene.Placed::broker)
                .containsExactly(HERE, UP, HERE, UP);
    }

    private static PartitionRecord partition(int index, List<Integer> adding, List<Integer> all) {
        return new PartitionRecord()
                .setTopicId(TOPIC)
                .setPartitionId(index)
                .setReplicas(all)
                .setIsr(List.of(HERE))
                .setAddingReplicas(adding)
                .setRemovingReplicas(adding.isEmpty() ? List.of() : List.of(HERE))
                .setLeader(HERE);
    }
}
