package io.oxbow.broker.move;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.broker.control.ImageChanges;
import io.oxbow.broker.partition.StreamNames;
import io.oxbow.s3stream.StreamName;
import io.oxbow.s3stream.env.StandingClock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.metadata.PartitionRecord;
import org.apache.kafka.common.metadata.TopicRecord;
import org.apache.kafka.image.MetadataDelta;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.MetadataProvenance;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Tests the wait for the leaders of new partitions; each question takes a hundredth of a second.
 */
class FirstOpeningsTest {

    private static final Uuid TOPIC = new Uuid(7, 7);
    private static final int SELF = 1;
    private static final int OTHER = 2;

    private final StandingClock clock = new StandingClock();
    private final FirstOpenings openings = new FirstOpenings(SELF, this::held, clock);
    private int opensAt = 5;
    private int questions;

    private List<StreamName> held(Collection<StreamName> names) {
        clock.pass(Duration.ofMillis(10));
        questions++;
        StreamName only = StreamNames.of(new TopicIdPartition(TOPIC, 0, "t"), StreamName.Kind.DATA);
        assertThat(names).containsExactly(only);
        return questions >= opensAt ? List.of(only) : List.of();
    }

    @BeforeEach
    void partitionsAreMade() {
        update(partition(0, OTHER, 0), partition(1, SELF, 0), partition(2, OTHER, 4));
    }

    private void update(PartitionRecord... partitions) {
        var delta = new MetadataDelta.Builder().setImage(MetadataImage.EMPTY).build();
        delta.replay(new TopicRecord().setName("t").setTopicId(TOPIC));
        List.of(partitions).forEach(delta::replay);
        openings.update(
                delta.apply(MetadataProvenance.EMPTY),
                new ImageChanges(Set.of(TOPIC), Set.of(), false));
    }

    private static PartitionRecord partition(int index, int leader, int epoch) {
        return new PartitionRecord()
                .setTopicId(TOPIC)
                .setPartitionId(index)
                .setReplicas(List.of(leader))
                .setIsr(List.of(leader))
                .setLeader(leader)
                .setLeaderEpoch(epoch)
                .setPartitionEpoch(epoch);
    }

    @Test
    void newPartitionOfAnotherIsWaitedForUntilItIsOpen() throws InterruptedException {
        openings.await();
        assertThat(questions).isEqualTo(5);
        openings.await();
        assertThat(questions).as("nothing is left").isEqualTo(5);
    }

    @Test
    void leaderThatDoesNotOpenIsWaitedForNoLongerThanASecond() throws InterruptedException {
        opensAt = Integer.MAX_VALUE;
        openings.await();
        assertThat(clock.nanoTime())
                .isBetween(Duration.ofMillis(1_000).toNanos(), Duration.ofMillis(1_030).toNanos());
    }

    @Test
    void partitionThatHasMovedSinceIsNotNew() throws InterruptedException {
        update(partition(0, OTHER, 1));
        openings.await();
        assertThat(questions).isZero();
    }
}
