package io.oxbow.broker.admin;

import io.oxbow.broker.network.ApiHandler;
import io.oxbow.broker.network.Call;
import io.oxbow.broker.partition.Partition;
import io.oxbow.broker.partition.Partitions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.DescribeLogDirsRequestData;
import org.apache.kafka.common.message.DescribeLogDirsResponseData;
import org.apache.kafka.common.message.DescribeLogDirsResponseData.DescribeLogDirsPartition;
import org.apache.kafka.common.message.DescribeLogDirsResponseData.DescribeLogDirsResult;
import org.apache.kafka.common.message.DescribeLogDirsResponseData.DescribeLogDirsTopic;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.DescribeLogDirsRequest;
import org.apache.kafka.common.requests.DescribeLogDirsResponse;
import org.jspecify.annotations.Nullable;

/**
 * DescribeLogDirs: the bucket as the one directory, with the partitions that this broker leads. It
 * has no size that could be known.
 */
public final class LogDirsHandler implements ApiHandler {

    private final Partitions partitions;
    private final String bucket;

    /**
     * @param bucket where the data lies, for people
     */
    public LogDirsHandler(Partitions partitions, String bucket) {
        this.partitions = partitions;
        this.bucket = bucket;
    }

    @Override
    public Map<ApiKeys, Versions> apis() {
        return Map.of(ApiKeys.DESCRIBE_LOG_DIRS, Versions.all(ApiKeys.DESCRIBE_LOG_DIRS));
    }

    @Override
    public void handle(Call call) {
        var request = ((DescribeLogDirsRequest) call.request()).data();
        Set<TopicPartition> asked = asked(request);
        var topics = new HashMap<String, DescribeLogDirsTopic>();
        for (Partition partition : partitions.all()) {
            TopicPartition name = partition.id().topicPartition();
            if (asked == null || asked.contains(name)) {
                topics.computeIfAbsent(
                                name.topic(),
                                topic ->
                                        new DescribeLogDirsTopic()
                                                .setName(topic)
                                                .setPartitions(new ArrayList<>()))
                        .partitions()
                        .add(
                                new DescribeLogDirsPartition()
                                        .setPartitionIndex(name.partition())
                                        .setPartitionSize(partition.sizeInBytes())
                                        .setOffsetLag(0)
                                        .setIsFutureKey(false));
            }
        }
        var directory =
                new DescribeLogDirsResult()
                        .setErrorCode(Errors.NONE.code())
                        .setLogDir(bucket)
                        .setTopics(List.copyOf(topics.values()))
                        .setTotalBytes(DescribeLogDirsResponse.UNKNOWN_VOLUME_BYTES)
                        .setUsableBytes(DescribeLogDirsResponse.UNKNOWN_VOLUME_BYTES);
        call.respond(
                new DescribeLogDirsResponse(
                        new DescribeLogDirsResponseData().setResults(List.of(directory))));
    }

    private static @Nullable Set<TopicPartition> asked(DescribeLogDirsRequestData request) {
        if (request.topics() == null) {
            return null;
        }
        var asked = new HashSet<TopicPartition>();
        for (var topic : request.topics()) {
            topic.partitions()
                    .forEach(index -> asked.add(new TopicPartition(topic.topic(), index)));
        }
        return asked;
    }
}
