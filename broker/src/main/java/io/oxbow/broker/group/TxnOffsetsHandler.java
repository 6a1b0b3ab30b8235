package io.oxbow.broker.group;

import io.oxbow.broker.control.ClusterMetadata;
import io.oxbow.broker.network.Answers;
import io.oxbow.broker.network.ApiHandler;
import io.oxbow.broker.network.Call;
import java.util.ArrayList;
import java.util.Map;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData.TxnOffsetCommitRequestPartition;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData.TxnOffsetCommitRequestTopic;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.TxnOffsetCommitRequest;
import org.apache.kafka.common.requests.TxnOffsetCommitResponse;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.coordinator.group.GroupCoordinator;

/** TxnOffsetCommit: offsets that become a group's when their transaction is committed. */
public final class TxnOffsetsHandler implements ApiHandler {

    private final GroupCoordinator coordinator;
    private final ClusterMetadata metadata;
    private final NoteMemory notes;

    public TxnOffsetsHandler(Groups groups, ClusterMetadata metadata) {
        this.coordinator = groups.coordinator();
        this.metadata = metadata;
        this.notes = groups.notes();
    }

    @Override
    public Map<ApiKeys, Versions> apis() {
        return Map.of(ApiKeys.TXN_OFFSET_COMMIT, Versions.all(ApiKeys.TXN_OFFSET_COMMIT));
    }

    @Override
    public void handle(Call call) {
        var request = (TxnOffsetCommitRequest) call.request();
        var answer = new TxnOffsetCommitResponse.Builder();
        var known = new ArrayList<TxnOffsetCommitRequestTopic>();
        for (TxnOffsetCommitRequestTopic topic : request.data().topics()) {
            int count = metadata.cache().numPartitions(topic.name()).orElse(0);
            var there = new ArrayList<TxnOffsetCommitRequestPartition>();
            for (TxnOffsetCommitRequestPartition partition : topic.partitions()) {
                Errors error = judge(partition, count);
                if (error == Errors.NONE) {
                    there.add(partition);
                } else {
                    answer.addPartition(topic.name(), partition.partitionIndex(), error);
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
        Answers.whenDone(
                call,
                coordinator.commitTransactionalOffsets(
                        call.context(),
                        request.data().duplicate().setTopics(known),
                        BufferSupplier.NO_CACHING),
                committed -> answer.merge(committed).build());
    }

    private Errors judge(TxnOffsetCommitRequestPartition partition, int count) {
        if (partition.partitionIndex() < 0 || partition.partitionIndex() >= count) {
            return Errors.UNKNOWN_TOPIC_OR_PARTITION;
        }
        String note = partition.committedMetadata();
        return note == null || notes.hasRoomFor(note)
                ? Errors.NONE
                : Errors.OFFSET_METADATA_TOO_LARGE;
    }
}
