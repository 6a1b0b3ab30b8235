package io.oxbow.broker.group;

import io.oxbow.broker.control.ClusterMetadata;
import io.oxbow.broker.network.Answers;
import io.oxbow.broker.network.ApiHandler;
import io.oxbow.broker.network.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestPartition;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopic;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseGroup;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponsePartitions;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseTopics;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.OffsetCommitRequest;
import org.apache.kafka.common.requests.OffsetCommitResponse;
import org.apache.kafka.common.requests.OffsetDeleteRequest;
import org.apache.kafka.common.requests.OffsetDeleteResponse;
import org.apache.kafka.common.requests.OffsetFetchRequest;
import org.apache.kafka.common.requests.OffsetFetchResponse;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.coordinator.group.GroupCoordinator;

/**
 * OffsetCommit, OffsetFetch, OffsetDelete. The coordinator knows topics by name; requests of newer
 * versions name them by id.
 */
public final class OffsetsHandler implements ApiHandler {

    private final GroupCoordinator coordinator;
    private final ClusterMetadata metadata;
    private final NoteMemory notes;

    public OffsetsHandler(Groups groups, ClusterMetadata metadata) {
        this.coordinator = groups.coordinator();
        this.metadata = metadata;
        this.notes = groups.notes();
    }

    @Override
    public Map<ApiKeys, Versions> apis() {
        return Map.of(
                ApiKeys.OFFSET_COMMIT, Versions.all(ApiKeys.OFFSET_COMMIT),
                ApiKeys.OFFSET_FETCH, Versions.all(ApiKeys.OFFSET_FETCH),
                ApiKeys.OFFSET_DELETE, Versions.all(ApiKeys.OFFSET_DELETE));
    }

    @Override
    public void handle(Call call) {
        switch (call.request()) {
            case OffsetCommitRequest commit -> commit(call, commit);
            case OffsetFetchRequest fetch -> fetch(call, fetch);
            case OffsetDeleteRequest delete -> delete(call, delete);
            default -> throw new IllegalArgumentException("not served here: " + call.request());
        }
    }

    private void delete(Call call, OffsetDeleteRequest request) {
        var answer = new OffsetDeleteResponse.Builder();
        var known = new OffsetDeleteRequestData.OffsetDeleteRequestTopicCollection();
        for (OffsetDeleteRequestTopic topic : request.data().topics()) {
            int count = metadata.cache().numPartitions(topic.name()).orElse(0);
            var there = new OffsetDeleteRequestTopic().setName(topic.name());
            for (OffsetDeleteRequestPartition partition : topic.partitions()) {
                int index = partition.partitionIndex();
                if (index >= 0 && index < count) {
                    there.partitions().add(partition.duplicate());
                } else {
                    answer.addPartition(topic.name(), index, Errors.UNKNOWN_TOPIC_OR_PARTITION);
                }
            }
            if (!there.partitions().isEmpty()) {
                known.add(there);
            }
        }
        Answers.whenDone(
                call,
                coordinator.deleteOffsets(
                        call.context(),
                        request.data().duplicate().setTopics(known),
                        BufferSupplier.NO_CACHING),
                deleted -> answer.merge(deleted).build());
    }

    private void commit(Call call, OffsetCommitRequest request) {
        boolean byId = OffsetCommitResponse.useTopicIds(request.version());
        var answer = OffsetCommitResponse.newBuilder(byId);
        var known = new ArrayList<OffsetCommitRequestTopic>();
        for (OffsetCommitRequestTopic topic : request.data().topics()) {
            if (byId) {
                topic.setName(metadata.cache().getTopicName(topic.topicId()).orElse(""));
            }
            Errors unknown =
                    byId && topic.name().isEmpty()
                            ? Errors.UNKNOWN_TOPIC_ID
                            : Errors.UNKNOWN_TOPIC_OR_PARTITION;
            int count = metadata.cache().numPartitions(topic.name()).orElse(0);
            var there = new ArrayList<OffsetCommitRequestPartition>();
            for (OffsetCommitRequestPartition partition : topic.partitions()) {
                boolean exists =
                        partition.partitionIndex() >= 0 && partition.partitionIndex() < count;
                String note = partition.committedMetadata();
                if (exists && (note == null || notes.hasRoomFor(note))) {
                    there.add(partition);
                } else {
                    answer.addPartition(
                            topic.topicId(),
                            topic.name(),
                            partition.partitionIndex(),
                            exists ? Errors.OFFSET_METADATA_TOO_LARGE : unknown);
                }
            }
            if (!there.isEmpty()) {
                known.add(topic.duplicate().setPartitions(there));
            }
        }
        if (known.isEmpty()) {
            call.respond(answer.build());
            return;
        }
        OffsetCommitRequestData forwarded = request.data().duplicate().setTopics(known);
        Answers.whenDone(
                call,
                coordinator.commitOffsets(call.context(), forwarded, BufferSupplier.NO_CACHING),
                committed -> answer.merge(committed).build());
    }

    private void fetch(Call call, OffsetFetchRequest request) {
        List<CompletableFuture<OffsetFetchResponseGroup>> groups =
                request.groups().stream().map(group -> fetch(call, request, group)).toList();
        Answers.whenDone(
                call,
                CompletableFuture.allOf(groups.toArray(CompletableFuture[]::new)),
                ignored ->
                        new OffsetFetchResponse.Builder(
                                        groups.stream().map(CompletableFuture::join).toList())
                                .build(request.version()));
    }

    private CompletableFuture<OffsetFetchResponseGroup> fetch(
            Call call, OffsetFetchRequest request, OffsetFetchRequestGroup group) {
        boolean byId = OffsetFetchRequest.useTopicIds(request.version());
        var unknown = new ArrayList<OffsetFetchResponseTopics>();
        if (group.topics() != null && byId) {
            group.setTopics(resolved(group.topics(), unknown));
        }
        if (group.topics() != null && group.topics().isEmpty()) {
            return CompletableFuture.completedFuture(
                    new OffsetFetchResponseGroup().setGroupId(group.groupId()).setTopics(unknown));
        }
        return coordinator
                .fetchOffsets(call.context(), group, request.requireStable())
                .exceptionally(failure ->
                        OffsetFetchResponse.groupError(
                                group,
                                Errors.forException(Answers.cause(failure)),
                                request.version()))
                .thenApply(found -> complete(found, unknown, byId));
    }

    private List<OffsetFetchRequestTopics> resolved(
            List<OffsetFetchRequestTopics> topics, List<OffsetFetchResponseTopics> unknown) {
        var resolved = new ArrayList<OffsetFetchRequestTopics>();
        for (OffsetFetchRequestTopics topic : topics) {
            metadata.cache()
                    .getTopicName(topic.topicId())
                    .ifPresentOrElse(
                            name -> resolved.add(topic.duplicate().setName(name)),
                            () -> unknown.add(unknown(topic)));
        }
        return resolved;
    }

    private static OffsetFetchResponseTopics unknown(OffsetFetchRequestTopics topic) {
        return new OffsetFetchResponseTopics()
                .setTopicId(topic.topicId())
                .setPartitions(
                        topic.partitionIndexes().stream()
                                .map(index ->
                                        new OffsetFetchResponsePartitions()
                                                .setPartitionIndex(index)
                                                .setErrorCode(Errors.UNKNOWN_TOPIC_ID.code())
                                                .setCommittedOffset(
                                                        OffsetFetchResponse.INVALID_OFFSET)
                                                .setMetadata(OffsetFetchResponse.NO_METADATA))
                                .toList());
    }

    /** Topics that are gone have no id any more, so a client that asks by id can't be told. */
    private OffsetFetchResponseGroup complete(
            OffsetFetchResponseGroup found, List<OffsetFetchResponseTopics> unknown, boolean byId) {
        if (!byId) {
            return found;
        }
        var topics = new ArrayList<OffsetFetchResponseTopics>();
        for (OffsetFetchResponseTopics topic : found.topics()) {
            Uuid id = metadata.cache().getTopicId(topic.name());
            if (!id.equals(Uuid.ZERO_UUID)) {
                topics.add(topic.duplicate().setTopicId(id));
            }
        }
        topics.addAll(unknown);
        return found.duplicate().setTopics(topics);
    }
}
