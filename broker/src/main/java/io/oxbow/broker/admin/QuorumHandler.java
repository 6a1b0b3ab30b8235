package io.oxbow.broker.admin;

import io.oxbow.broker.control.ControlPlane;
import io.oxbow.broker.control.Voter;
import io.oxbow.broker.network.ApiHandler;
import io.oxbow.broker.network.Call;
import io.oxbow.s3stream.log.MetadataLog;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.common.message.DescribeQuorumRequestData;
import org.apache.kafka.common.message.DescribeQuorumResponseData;
import org.apache.kafka.common.message.DescribeQuorumResponseData.Listener;
import org.apache.kafka.common.message.DescribeQuorumResponseData.Node;
import org.apache.kafka.common.message.DescribeQuorumResponseData.PartitionData;
import org.apache.kafka.common.message.DescribeQuorumResponseData.ReplicaState;
import org.apache.kafka.common.message.DescribeQuorumResponseData.TopicData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.DescribeQuorumRequest;
import org.apache.kafka.common.requests.DescribeQuorumResponse;
import org.apache.kafka.metadata.BrokerRegistration;

/**
 * DescribeQuorum. The bucket is the quorum; shown as voters are the nodes that may lead the
 * metadata log, and as offsets the slots that they have applied.
 */
public final class QuorumHandler implements ApiHandler {

    private static final String METADATA_TOPIC = "__cluster_metadata";

    private final ControlPlane controlPlane;
    private final Supplier<List<Voter>> voters;

    /**
     * @param voters as the leader knows them
     */
    public QuorumHandler(ControlPlane controlPlane, Supplier<List<Voter>> voters) {
        this.controlPlane = controlPlane;
        this.voters = voters;
    }

    @Override
    public Map<ApiKeys, Versions> apis() {
        return Map.of(ApiKeys.DESCRIBE_QUORUM, Versions.all(ApiKeys.DESCRIBE_QUORUM));
    }

    @Override
    public void handle(Call call) {
        var request = (DescribeQuorumRequest) call.request();
        var answer = new DescribeQuorumResponseData();
        for (DescribeQuorumRequestData.TopicData topic : request.data().topics()) {
            var described = new TopicData().setTopicName(topic.topicName());
            for (DescribeQuorumRequestData.PartitionData partition : topic.partitions()) {
                boolean metadata =
                        topic.topicName().equals(METADATA_TOPIC) && partition.partitionIndex() == 0;
                described
                        .partitions()
                        .add(metadata ? quorum() : unknown(partition.partitionIndex()));
            }
            answer.topics().add(described);
        }
        if (request.version() >= 2) {
            voters.get().forEach(voter -> answer.nodes().add(node(voter.nodeId())));
        }
        call.respond(new DescribeQuorumResponse(answer));
    }

    private PartitionData quorum() {
        MetadataLog.Leadership leadership = controlPlane.leadership();
        var quorum =
                new PartitionData()
                        .setPartitionIndex(0)
                        .setLeaderId(leadership.nodeId())
                        .setLeaderEpoch(leadership.leaderEpoch())
                        .setHighWatermark(leadership.slot());
        for (Voter voter : voters.get()) {
            boolean leads = voter.nodeId() == leadership.nodeId();
            quorum.currentVoters()
                    .add(
                            new ReplicaState()
                                    .setReplicaId(voter.nodeId())
                                    .setLogEndOffset(leads ? leadership.slot() : voter.slot())
                                    .setLastFetchTimestamp(voter.contactMillis())
                                    .setLastCaughtUpTimestamp(
                                            leads || voter.slot() >= leadership.slot()
                                                    ? voter.contactMillis()
                                                    : -1));
        }
        return quorum;
    }

    private static PartitionData unknown(int partition) {
        return new PartitionData()
                .setPartitionIndex(partition)
                .setErrorCode(Errors.UNKNOWN_TOPIC_OR_PARTITION.code());
    }

    private Node node(int nodeId) {
        BrokerRegistration broker = controlPlane.metadata().image().cluster().broker(nodeId);
        var node = new Node().setNodeId(nodeId);
        if (broker != null) {
            broker.listeners()
                    .values()
                    .forEach(endpoint ->
                            node.listeners()
                                    .add(
                                            new Listener()
                                                    .setName(endpoint.listener())
                                                    .setHost(endpoint.host())
                                                    .setPort(endpoint.port())));
        }
        return node;
    }
}
