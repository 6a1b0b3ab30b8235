package io.oxbow.broker.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.broker.memory.MemoryBucket;
import io.oxbow.broker.memory.MemoryPartitions;
import io.oxbow.s3stream.log.MetadataLog;
import java.util.Map;
import org.apache.kafka.common.Node;
import org.junit.jupiter.api.Test;

/** Tests what the newest image says of a partition's leader. */
class ImageTopicsTest {

    @Test
    void leaderIsNamedWithItsEpochAndItsAddressOnTheClientsListener() throws Exception {
        var log = new MemoryBucket().process(7);
        try (var broker = new ControlFixture(log, new MemoryPartitions(), Map.of())) {
            log.takeOver(leader -> MetadataLog.LeaderSign.ENDED);
            broker.awaitUnfenced();
            broker.create("orders", 1, 1, Map.of());
            broker.awaitPartition("orders", 0);
            var topics = new ImageTopics(broker.plane.metadata());

            var leader = topics.leader("orders", 0, "PLAINTEXT").orElseThrow();

            assertThat(leader.nodeId()).isEqualTo(7);
            assertThat(leader.epoch()).isZero();
            assertThat(leader.node()).contains(new Node(7, "127.0.0.1", 9092));
            assertThat(topics.leader("orders", 0, "INTERNAL").orElseThrow().node()).isEmpty();
            assertThat(topics.leader("orders", 1, "PLAINTEXT")).isEmpty();
            assertThat(topics.leader("bills", 0, "PLAINTEXT")).isEmpty();
        }
    }
}
