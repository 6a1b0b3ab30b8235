package io.oxbow.broker.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.broker.config.BrokerConfig;
import io.oxbow.broker.memory.MemoryBucket;
import io.oxbow.broker.memory.MemoryPartitions;
import io.oxbow.broker.move.Moves;
import io.oxbow.s3stream.log.MetadataLog;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.Endpoint;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData.ReassignablePartition;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData.ReassignableTopic;
import org.apache.kafka.common.message.BrokerHeartbeatRequestData;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.controller.Controller;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.metadata.PartitionRegistration;
import org.junit.jupiter.api.Test;

/** Tests a move by what Kafka's own controller makes of its two requests. */
class MovesTest {

    private static final int SELF = 7;
    private static final int OTHER = 8;

    private static final class Cluster implements AutoCloseable {
        private final ControlFixture broker;
        private final TopicIdPartition id;
        private final long otherEpoch;

        Cluster() throws Exception {
            var log = new MemoryBucket().process(SELF);
            broker = new ControlFixture(log, new MemoryPartitions(), Map.of());
            log.takeOver(leader -> MetadataLog.LeaderSign.ENDED);
            broker.awaitUnfenced();
            broker.create("t", 1, 1, Map.of());
            broker.awaitPartition("t", 0);
            id =
                    new TopicIdPartition(
                            broker.plane.metadata().image().topics().getTopic("t").id(), 0, "t");
            otherEpoch = register();
        }

        private Controller controller() {
            return broker.plane.controller().api();
        }

        private long register() throws Exception {
            var advertised =
                    List.of(
                            new Endpoint(
                                    "PLAINTEXT", SecurityProtocol.PLAINTEXT, "127.0.0.1", 9093));
            var request =
                    new RegistrationRequest(
                            BrokerConfig.of(Map.of("node.id", Integer.toString(OTHER))),
                            broker.plane.clusterId(),
                            new Uuid(1, OTHER),
                            advertised);
            return controller()
                    .registerBroker(KafkaController.INTERNAL, request.data())
                    .get(30, TimeUnit.SECONDS)
                    .epoch();
        }

        void heartbeat(boolean leaves) throws Exception {
            controller()
                    .processBrokerHeartbeat(
                            KafkaController.INTERNAL,
                            new BrokerHeartbeatRequestData()
                                    .setBrokerId(OTHER)
                                    .setBrokerEpoch(otherEpoch)
                                    .setCurrentMetadataOffset(otherEpoch)
                                    .setWantShutDown(leaves))
                    .get(30, TimeUnit.SECONDS);
            broker.plane.metadata().await(image -> Moves.isUp(image, OTHER) != leaves);
        }

        void reassign() throws Exception {
            var request = new AlterPartitionReassignmentsRequestData();
            request.topics()
                    .add(
                            new ReassignableTopic()
                                    .setName("t")
                                    .setPartitions(
                                            List.of(
                                                    new ReassignablePartition()
                                                            .setPartitionIndex(0)
                                                            .setReplicas(List.of(OTHER)))));
            controller()
                    .alterPartitionReassignments(KafkaController.INTERNAL, request)
                    .get(30, TimeUnit.SECONDS);
            broker.plane.metadata().await(image -> partition(image).addingReplicas.length > 0);
        }

        MetadataImage image() {
            return broker.plane.metadata().image();
        }

        PartitionRegistration partition(MetadataImage image) {
            return image.topics().getTopic("t").partitions().get(0);
        }

        List<TopicIdPartition> end(MetadataImage image) throws Exception {
            AbstractResponse response =
                    broker.requests
                            .send(Moves.request(image, SELF, Map.of(id, OTHER)))
                            .get(30, TimeUnit.SECONDS);
            return Moves.accepted(response, Set.of(id));
        }

        @Override
        public void close() {
            broker.close();
        }
    }

    @Test
    void controllerMakesTheOtherBrokerTheOnlyReplicaAndTheLeader() throws Exception {
        try (var cluster = new Cluster()) {
            cluster.heartbeat(false);
            assertThat(Moves.goal(cluster.image(), cluster.id, SELF)).isEmpty();
            cluster.reassign();
            PartitionRegistration before = cluster.partition(cluster.image());
            assertThat(before.leader).as("serves until it is moved").isEqualTo(SELF);
            assertThat(Moves.goal(cluster.image(), cluster.id, SELF)).hasValue(OTHER);
            assertThat(Moves.goal(cluster.image(), cluster.id, OTHER)).isEmpty();

            assertThat(cluster.end(cluster.image())).containsExactly(cluster.id);
            cluster.broker
                    .plane
                    .metadata()
                    .await(image -> cluster.partition(image).leader == OTHER);
            PartitionRegistration after = cluster.partition(cluster.image());
            assertThat(after.replicas).containsExactly(OTHER);
            assertThat(after.isr).containsExactly(OTHER);
            assertThat(after.addingReplicas).isEmpty();
            assertThat(after.removingReplicas).isEmpty();
            assertThat(after.leaderEpoch).isGreaterThan(before.leaderEpoch);
        }
    }

    @Test
    void requestOfAnOlderImageOrToABrokerThatIsGoneIsRefused() throws Exception {
        try (var cluster = new Cluster()) {
            cluster.heartbeat(false);
            MetadataImage old = cluster.image();
            cluster.reassign();
            assertThat(cluster.end(old)).as("the partition has changed since").isEmpty();
            cluster.heartbeat(true);
            assertThat(Moves.goal(cluster.image(), cluster.id, SELF)).isEmpty();
            assertThat(cluster.end(cluster.image())).as("the goal leaves").isEmpty();
            assertThat(cluster.partition(cluster.image()).leader).isEqualTo(SELF);
        }
    }

    /** A broker that died on the way may never come. */
    @Test
    void moveToADeadBrokerEndsWhereThePartitionIs() throws Exception {
        try (var cluster = new Cluster()) {
            cluster.heartbeat(false);
            cluster.reassign();
            PartitionRegistration before = cluster.partition(cluster.image());
            KafkaController controller = cluster.broker.plane.controller();
            var alive = controller.handOver(OTHER, broker -> true).get(30, TimeUnit.SECONDS);
            cluster.heartbeat(true);

            var dead = controller.handOver(OTHER, b -> b == SELF).get(30, TimeUnit.SECONDS);
            var again = controller.handOver(OTHER, b -> b == SELF).get(30, TimeUnit.SECONDS);

            assertThat(alive.kept()).isZero();
            assertThat(dead.kept()).isEqualTo(1);
            assertThat(dead.given()).isZero();
            assertThat(again.kept()).isZero();
            cluster.broker
                    .plane
                    .metadata()
                    .await(image -> cluster.partition(image).addingReplicas.length == 0);
            PartitionRegistration after = cluster.partition(cluster.image());
            assertThat(after.replicas).containsExactly(SELF);
            assertThat(after.isr).containsExactly(SELF);
            assertThat(after.removingReplicas).isEmpty();
            assertThat(after.leader).isEqualTo(SELF);
            assertThat(after.leaderEpoch).as("goes on serving").isEqualTo(before.leaderEpoch);
        }
    }
}
