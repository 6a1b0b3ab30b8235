package io.oxbow.broker.move;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.metadata.PartitionRecord;
import org.apache.kafka.common.metadata.RegisterBrokerRecord;
import org.apache.kafka.common.metadata.TopicRecord;
import org.apache.kafka.image.MetadataDelta;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.MetadataProvenance;
import org.junit.jupiter.api.Test;

/** Tests that brokers are emptied to those that may take partitions and have fewest. */
class SharesTest {

    private static final Uuid DIRECTORY = Uuid.fromString("AAAAAAAAAAAAAAAAAAABBA");

    /** Returns an image of brokers that are up, or fenced where the number is negative. */
    private static MetadataImage image(List<Integer> brokers, int[] leaders, int[] adding) {
        var delta = new MetadataDelta.Builder().setImage(MetadataImage.EMPTY).build();
        for (int broker : brokers) {
            delta.replay(
                    new RegisterBrokerRecord()
                            .setBrokerId(Math.abs(broker))
                            .setIncarnationId(new Uuid(1, Math.abs(broker)))
                            .setBrokerEpoch(Math.abs(broker))
                            .setLogDirs(List.of(DIRECTORY))
                            .setFenced(broker < 0));
        }
        var topic = new Uuid(7, 7);
        delta.replay(new TopicRecord().setName("t").setTopicId(topic));
        for (int i = 0; i < leaders.length; i++) {
            boolean moves = adding[i] >= 0;
            delta.replay(
                    new PartitionRecord()
                            .setTopicId(topic)
                            .setPartitionId(i)
                            .setReplicas(
                                    moves ? List.of(adding[i], leaders[i]) : List.of(leaders[i]))
                            .setDirectories(
                                    moves ? List.of(DIRECTORY, DIRECTORY) : List.of(DIRECTORY))
                            .setIsr(List.of(leaders[i]))
                            .setAddingReplicas(moves ? List.of(adding[i]) : List.of())
                            .setRemovingReplicas(moves ? List.of(leaders[i]) : List.of())
                            .setLeader(leaders[i]));
        }
        return delta.apply(MetadataProvenance.EMPTY);
    }

    private static int[] none(int count) {
        int[] none = new int[count];
        Arrays.fill(none, -1);
        return none;
    }

    @Test
    void leavingBrokersPartitionsGoToThoseThatHaveFewest() {
        Shares shares = Shares.of(image(List.of(1, 2, 3, -4), new int[] {1, 1, 1, 1, 2}, none(5)));
        List<Integer> takers = shares.takers(1, broker -> true);
        assertThat(takers).containsExactly(2, 3);
        assertThat(shares.empty(1, takers)).hasSize(4);
        assertThat(shares.count(1)).isZero();
        assertThat(shares.count(2)).isEqualTo(3);
        assertThat(shares.count(3)).isEqualTo(2);
    }

    @Test
    void partitionOnItsWayCountsWhereItGoes() {
        Shares shares = Shares.of(image(List.of(1, 2), new int[] {1, 1, 1}, new int[] {2, -1, -1}));
        assertThat(shares.count(1)).isEqualTo(2);
        assertThat(shares.count(2)).isOne();
        assertThat(shares.empty(1, List.of(2)).keySet())
                .extracting(TopicPartition::partition)
                .containsExactlyInAnyOrder(1, 2);
    }

    @Test
    void brokersThatMayNotTakeGetNothing() {
        Shares shares = Shares.of(image(List.of(1, 2, 3), new int[] {1, 1}, none(2)));
        assertThat(shares.empty(1, shares.takers(1, broker -> broker != 2)))
                .containsOnly(
                        Map.entry(new TopicPartition("t", 0), 3),
                        Map.entry(new TopicPartition("t", 1), 3));
    }

    @Test
    void nobodyTakesTheLastBrokersPartitions() {
        Shares shares = Shares.of(image(List.of(1, -2), new int[] {1}, none(1)));
        assertThat(shares.empty(1, shares.takers(1, broker -> true))).isEmpty();
    }
}
