package io.oxbow.broker.admin;

import io.oxbow.broker.config.BrokerConfig;
import io.oxbow.broker.control.ClusterMetadata;
import io.oxbow.broker.network.ApiHandler;
import io.oxbow.broker.network.Call;
import java.util.Map;
import java.util.TreeSet;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.DescribeTopicPartitionsRequest;
import org.apache.kafka.common.requests.DescribeTopicPartitionsResponse;
import org.apache.kafka.common.resource.ResourceType;

/** DescribeTopicPartitions: topics page by page, in the order of their names. */
public final class TopicPartitionsHandler implements ApiHandler {

    private final BrokerConfig config;
    private final ClusterMetadata metadata;

    public TopicPartitionsHandler(BrokerConfig config, ClusterMetadata metadata) {
        this.config = config;
        this.metadata = metadata;
    }

    @Override
    public Map<ApiKeys, Versions> apis() {
        return Map.of(
                ApiKeys.DESCRIBE_TOPIC_PARTITIONS, Versions.all(ApiKeys.DESCRIBE_TOPIC_PARTITIONS));
    }

    @Override
    public void handle(Call call) {
        DescribeTopicPartitionsRequestData request =
                ((DescribeTopicPartitionsRequest) call.request()).data();
        var topics = new TreeSet<String>();
        boolean all = request.topics().isEmpty();
        if (all) {
            topics.addAll(metadata.cache().getAllTopics());
        } else {
            request.topics().forEach(topic -> topics.add(topic.name()));
        }
        DescribeTopicPartitionsRequestData.Cursor cursor = request.cursor();
        if (cursor != null && cursor.partitionIndex() < 0) {
            throw new InvalidRequestException(
                    "DescribeTopicPartitions cursor partition must be valid: " + cursor);
        }
        String from = cursor == null ? "" : cursor.topicName();
        int limit =
                Math.clamp(request.responsePartitionLimit(), 1, config.partitionsPerDescribeMax());
        var answer =
                metadata.cache()
                        .describeTopicResponse(
                                topics.tailSet(from).iterator(),
                                call.context().listenerName,
                                topic -> topic.equals(from) ? cursor.partitionIndex() : 0,
                                limit,
                                all);
        int operations = Operations.on(ResourceType.TOPIC);
        answer.topics().forEach(topic -> topic.setTopicAuthorizedOperations(operations));
        call.respond(new DescribeTopicPartitionsResponse(answer));
    }
}
