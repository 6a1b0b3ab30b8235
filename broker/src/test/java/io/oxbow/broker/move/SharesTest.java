package io.oxbow.broker.move;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.metadata.PartitionRecord;
import org.apache.kafka.common.metadata.RegisterBrokerRecord;
import org.apache.kafka.common.metadata.TopicRecord;
import org.apache.kafka.image.MetadataDelta;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.MetadataProvenance;
import org.junit.jupiter.api.Test;

/** Tests that shares are evened out by no more moves than that takes. */
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
    void newcomerGetsItsShareAndNobodyElseGetsMore() {
        for (long seed = 0; seed < 200; seed++) {
            var random = new Random(seed);
            int brokers = 1 + random.nextInt(6);
            int[] leaders = random.ints(random.nextInt(60), 1, brokers + 1).toArray();
            List<Integer> ids = IntStream.rangeClosed(1, brokers + 1).boxed().toList();
            Shares shares = Shares.of(image(ids, leaders, none(leaders.length)));
            shares.fill(brokers + 1);
            Map<Integer, Integer> counts = counts(leaders, shares);
            int mine = counts.getOrDefault(brokers + 1, 0);
            int most = counts.values().stream().max(Integer::compare).orElse(0);
            assertThat(most - mine).as("seed %d", seed).isLessThanOrEqualTo(1);
            assertThat(shares.moves().values()).allMatch(to -> to == brokers + 1);
            assertThat(shares.moves()).hasSize(mine);
        }
    }

    @Test
    void leavingBrokersPartitionsGoToThoseThatHaveFewest() {
        Shares shares = Shares.of(image(List.of(1, 2, 3, -4), new int[] {1, 1, 1, 1, 2}, none(5)));
        shares.empty(1);
        assertThat(counts(new int[] {1, 1, 1, 1, 2}, shares)).isEqualTo(Map.of(1, 0, 2, 3, 3, 2));
    }

    @Test
    void partitionOnItsWayCountsWhereItGoes() {
        Shares shares = Shares.of(image(List.of(1, 2), new int[] {1, 1, 1}, new int[] {2, -1, -1}));
        assertThat(shares.count(1)).isEqualTo(2);
        assertThat(shares.count(2)).isOne();
        shares.empty(1);
        assertThat(shares.moves().keySet())
                .extracting(Shares.Key::partition)
                .containsExactlyInAnyOrder(1, 2);
    }

    @Test
    void nobodyTakesTheLastBrokersPartitions() {
        Shares shares = Shares.of(image(List.of(1, -2), new int[] {1}, none(1)));
        shares.empty(1);
        assertThat(shares.moves()).isEmpty();
    }

    private static Map<Integer, Integer> counts(int[] leaders, Shares shares) {
        Map<Integer, Integer> counts = new TreeMap<>();
        for (int leader : leaders) {
            counts.merge(leader, 1, Integer::sum);
        }
        shares.moves()
                .forEach((partition, to) -> {
                    counts.merge(leaders[partition.partition()], -1, Integer::sum);
                    counts.merge(to, 1, Integer::sum);
                });
        return counts;
    }
}
