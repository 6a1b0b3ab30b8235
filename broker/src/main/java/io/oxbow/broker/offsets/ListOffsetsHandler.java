package io.oxbow.broker.offsets;

import io.oxbow.broker.network.ApiHandler;
import io.oxbow.broker.network.Call;
import io.oxbow.broker.partition.LedPartitions;
import io.oxbow.broker.records.SideBySide;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.ListOffsetsResponseData.ListOffsetsPartitionResponse;
import org.apache.kafka.common.message.ListOffsetsResponseData.ListOffsetsTopicResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ListOffsetsRequest;
import org.apache.kafka.common.requests.ListOffsetsResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves ListOffsets. */
public final class ListOffsetsHandler implements ApiHandler {

    private static final Logger LOG = LoggerFactory.getLogger(ListOffsetsHandler.class);

    /** First version whose reply has a place for a leader epoch. */
    private static final short EPOCHS_SINCE = 4;

    private record Question(String topic, ListOffsetsPartition wanted) {}

    private final LedPartitions partitions;
    private final SideBySide sideBySide;

    public ListOffsetsHandler(LedPartitions partitions, SideBySide sideBySide) {
        this.partitions = partitions;
        this.sideBySide = sideBySide;
    }

    @Override
    public Map<ApiKeys, Versions> apis() {
        return Map.of(ApiKeys.LIST_OFFSETS, Versions.all(ApiKeys.LIST_OFFSETS));
    }

    @Override
    public void handle(Call call) {
        call.runInOrder(() -> list(call));
    }

    private void list(Call call) {
        var request = (ListOffsetsRequest) call.request();
        var questions = new ArrayList<Question>();
        for (ListOffsetsTopic topic : request.topics()) {
            topic.partitions().forEach(p -> questions.add(new Question(topic.name(), p)));
        }
        List<ListOffsetsPartitionResponse> answers =
                sideBySide.map(questions, question -> answer(request, question));

        var topics = new HashMap<String, ListOffsetsTopicResponse>();
        var response = new ListOffsetsResponseData();
        for (int i = 0; i < questions.size(); i++) {
            topics.computeIfAbsent(
                            questions.get(i).topic(),
                            name -> {
                                var topic = new ListOffsetsTopicResponse().setName(name);
                                response.topics().add(topic);
                                return topic;
                            })
                    .partitions()
                    .add(answers.get(i));
        }
        call.respond(new ListOffsetsResponse(response));
    }

    private ListOffsetsPartitionResponse answer(ListOffsetsRequest request, Question question) {
        ListOffsetsPartition wanted = question.wanted();
        var answer = new ListOffsetsPartitionResponse().setPartitionIndex(wanted.partitionIndex());
        try {
            var id = new TopicPartition(question.topic(), wanted.partitionIndex());
            if (request.duplicatePartitions().contains(id)) {
                throw new InvalidRequestException("%s is asked for twice".formatted(id));
            }
            var partition = partitions.require(id.topic(), id.partition());
            LedPartitions.requireEpoch(partition, wanted.currentLeaderEpoch());
            OffsetLookup.in(
                            partition,
                            wanted.timestamp(),
                            request.version(),
                            request.isolationLevel())
                    .ifPresent(found -> {
                        answer.setOffset(found.offset());
                        answer.setTimestamp(found.timestampMillis());
                        if (request.version() >= EPOCHS_SINCE) {
                            found.leaderEpoch().ifPresent(answer::setLeaderEpoch);
                        }
                    });
        } catch (ApiException e) {
            answer.setErrorCode(Errors.forException(e).code());
        } catch (RuntimeException e) {
            LOG.error("looking up offsets of {} failed", question, e);
            answer.setErrorCode(Errors.forException(e).code());
        }
        return answer;
    }
}
