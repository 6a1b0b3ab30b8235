package io.oxbow.broker.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.broker.config.BrokerConfig;
import io.oxbow.broker.config.TopicConfigExtension;
import io.oxbow.broker.config.TopicConfigs;
import io.oxbow.broker.partition.Partition;
import io.oxbow.broker.partition.Partitions;
import io.oxbow.s3stream.env.Environment;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.DirectoryId;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.metadata.PartitionRecord;
import org.apache.kafka.common.metadata.RegisterBrokerRecord;
import org.apache.kafka.common.metadata.TopicRecord;
import org.apache.kafka.image.MetadataDelta;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.MetadataProvenance;
import org.junit.jupiter.api.Test;

/** Tests which partitions are opened and given up as images change. */
class LeadershipsTest {

    private static final Uuid TOPIC = new Uuid(1, 2);
    private static final Uuid INCARNATION = new Uuid(3, 4);
    private static final int HERE = 1;
    private static final int ELSEWHERE = 2;

    private final CompletableFuture<Void> tried = new CompletableFuture<>();
    private final CompletableFuture<Collection<TopicIdPartition>> given = new CompletableFuture<>();

    /** Partitions of which none can be opened: their streams are another node's yet. */
    private final Partitions unopenable =
            new Partitions() {
                @Override
                public void lead(Collection<Leading> partitions) {
                    tried.complete(null);
                }

                @Override
                public void configure(
                        Uuid topicId, org.apache.kafka.storage.internals.log.LogConfig config) {}

                @Override
                public void resign(Collection<TopicIdPartition> partitions) {
                    given.complete(List.copyOf(partitions));
                }

                @Override
                public void delete(Uuid topicId) {}

                @Override
                public Optional<Partition> find(String topic, int partition) {
                    return Optional.empty();
                }

                @Override
                public Optional<Partition> find(Uuid topicId, int partition) {
                    return Optional.empty();
                }

                @Override
                public List<Partition> all() {
                    return List.of();
                }
            };

    /** Else it would be opened here later, and its leader would wait for it for ever. */
    @Test
    void partitionThatMovesOnBeforeItIsOpenIsGivenUp() throws Exception {
        var configs = new TopicConfigs(BrokerConfig.of(Map.of()), TopicConfigExtension.none());
        try (var leaderships =
                new Leaderships(
                        unopenable,
                        new LeadershipPlanner(HERE, INCARNATION, configs),
                        LeadershipListener.NONE,
                        Environment.system(),
                        failure -> {})) {
            leaderships.start();
            var changes = new ImageChanges(Set.of(TOPIC), Set.of(), false);
            leaderships.update(ledBy(HERE, 1), changes);
            tried.get(60, TimeUnit.SECONDS);
            leaderships.update(ledBy(ELSEWHERE, 2), changes);
            assertThat(given.get(60, TimeUnit.SECONDS))
                    .containsExactly(new TopicIdPartition(TOPIC, 0, "topic"));
        }
    }

    private static MetadataImage ledBy(int leader, int leaderEpoch) {
        var delta = new MetadataDelta.Builder().setImage(MetadataImage.EMPTY).build();
        delta.replay(new RegisterBrokerRecord().setBrokerId(HERE).setIncarnationId(INCARNATION));
        delta.replay(new TopicRecord().setName("topic").setTopicId(TOPIC));
        delta.replay(
                new PartitionRecord()
                        .setTopicId(TOPIC)
                        .setPartitionId(0)
                        .setReplicas(List.of(leader))
                        .setIsr(List.of(leader))
                        .setDirectories(List.of(DirectoryId.UNASSIGNED))
                        .setLeader(leader)
                        .setLeaderEpoch(leaderEpoch)
                        .setPartitionEpoch(leaderEpoch));
        return delta.apply(new MetadataProvenance(leaderEpoch, 1, 0, true));
    }
}
