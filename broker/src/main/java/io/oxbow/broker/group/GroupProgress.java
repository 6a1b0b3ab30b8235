package io.oxbow.broker.group;

import io.oxbow.broker.control.ClusterMetadata;
import io.oxbow.broker.control.TopicCreation;
import io.oxbow.broker.network.Answers;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.utils.BufferSupplier;

/**
 * Shows the progress of a component of this process as a consumer group's, where people look for
 * progress. The component keeps its true progress elsewhere; the group only shows it.
 */
public final class GroupProgress {

    /** Longest wait for an answer; a controller that closes gives none. */
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Groups groups;
    private final ClusterMetadata metadata;
    private final TopicCreation creation;

    public GroupProgress(Groups groups, ClusterMetadata metadata, TopicCreation creation) {
        this.groups = groups;
        this.metadata = metadata;
        this.creation = creation;
    }

    /**
     * Commits next offsets for a group without members; blocks until they are durable.
     *
     * @throws ApiException when not; retriable ones ({@code RetriableException}) may pass, among
     *     them that another broker coordinates this group
     */
    public void commitOffsets(String groupId, Map<TopicPartition, Long> nextOffsets)
            throws InterruptedException {
        if (nextOffsets.isEmpty()) {
            return;
        }
        if (!metadata.cache().contains(Topic.GROUP_METADATA_TOPIC_NAME)) {
            get(creation.create(Topic.GROUP_METADATA_TOPIC_NAME));
        }
        OffsetCommitResponseData answer =
                get(
                        groups.coordinator()
                                .commitOffsets(
                                        InProcess.context(ApiKeys.OFFSET_COMMIT),
                                        request(groupId, nextOffsets),
                                        BufferSupplier.NO_CACHING));
        for (var topic : answer.topics()) {
            for (var partition : topic.partitions()) {
                Errors error = Errors.forCode(partition.errorCode());
                if (error != Errors.NONE) {
                    throw error.exception(
                            "%s, %s-%d: %s"
                                    .formatted(
                                            groupId,
                                            topic.name(),
                                            partition.partitionIndex(),
                                            error.message()));
                }
            }
        }
    }

    private static OffsetCommitRequestData request(
            String groupId, Map<TopicPartition, Long> nextOffsets) {
        var topics = new HashMap<String, OffsetCommitRequestTopic>();
        nextOffsets.forEach((partition, offset) ->
                topics.computeIfAbsent(
                                partition.topic(),
                                name -> new OffsetCommitRequestTopic().setName(name))
                        .partitions()
                        .add(
                                new OffsetCommitRequestPartition()
                                        .setPartitionIndex(partition.partition())
                                        .setCommittedOffset(offset)
                                        .setCommittedMetadata("")));
        return new OffsetCommitRequestData()
                .setGroupId(groupId)
                .setMemberId("")
                .setGenerationIdOrMemberEpoch(-1)
                .setTopics(List.copyOf(topics.values()));
    }

    private static <T> T get(CompletableFuture<T> future) throws InterruptedException {
        try {
            return future.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new org.apache.kafka.common.errors.TimeoutException(
                    "no answer within %s".formatted(LIMIT), e);
        } catch (ExecutionException e) {
            Throwable cause = Answers.cause(e);
            throw cause instanceof ApiException known
                    ? known
                    : new org.apache.kafka.common.KafkaException(cause);
        }
    }
}
