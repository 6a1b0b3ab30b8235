package io.oxbow.broker.produce;

import io.oxbow.broker.network.Call;
import io.oxbow.broker.partition.LedPartitions;
import io.oxbow.broker.partition.Partition;
import io.oxbow.broker.partition.StreamErrors;
import io.oxbow.broker.partition.TopicLookup;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ProduceResponseData.BatchIndexAndErrorMessage;
import org.apache.kafka.common.message.ProduceResponseData.LeaderIdAndEpoch;
import org.apache.kafka.common.message.ProduceResponseData.NodeEndpoint;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.message.ProduceResponseData.TopicProduceResponse;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ApiError;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.requests.ProduceResponse;
import org.apache.kafka.storage.internals.log.RecordValidationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request's reply while its appends become durable. The last one to settle sends it, on the
 * thread it settles on: usually one of the WAL's, for which this is a few assignments.
 */
final class ProduceReply {

    private static final Logger LOG = LoggerFactory.getLogger(ProduceReply.class);

    /** First version whose reply has a place for a leader and its address. */
    private static final short NAMES_LEADERS_SINCE = 10;

    private final Call call;
    private final TopicLookup topics;
    private final ProduceResponseData data = new ProduceResponseData();

    /** Parts that aren't settled yet, and one for the handler itself. */
    private final AtomicInteger unsettled = new AtomicInteger(1);

    private final AtomicInteger failed = new AtomicInteger();

    ProduceReply(Call call, TopicLookup topics) {
        this.call = call;
        this.topics = topics;
    }

    /** Adds a partition's part to the reply; only before {@link #allAppended}. */
    Part add(TopicProduceData topic, int partition) {
        unsettled.incrementAndGet();
        TopicProduceResponse response = data.responses().find(topic.name(), topic.topicId());
        if (response == null) {
            response = new TopicProduceResponse().setName(topic.name()).setTopicId(topic.topicId());
            data.responses().add(response);
        }
        var part = new PartitionProduceResponse().setIndex(partition);
        response.partitionResponses().add(part);
        return new Part(response, part);
    }

    /**
     * Ends the handler's part, after which the reply waits for its commits; with acks=0 it waits
     * for nothing more.
     */
    void allAppended() {
        if (((ProduceRequest) call.request()).acks() != 0) {
            settle();
        } else if (failed.get() == 0) {
            call.respond(null);
        } else {
            // There is no reply to put the error into; the client finds out by the disconnect.
            call.hangUp();
        }
    }

    private void settle() {
        if (unsettled.decrementAndGet() == 0) {
            call.respond(new ProduceResponse(data));
        }
    }

    /** One partition's part. */
    final class Part {

        private final TopicProduceResponse topic;
        private final PartitionProduceResponse response;

        private Part(TopicProduceResponse topic, PartitionProduceResponse response) {
            this.topic = topic;
            this.response = response;
        }

        void appended(Partition.Appended appended) {
            appended.commit()
                    .onComplete(failure -> {
                        if (failure == null) {
                            response.setBaseOffset(appended.baseOffset())
                                    .setLogAppendTimeMs(appended.logAppendTime())
                                    .setLogStartOffset(appended.logStartOffset());
                        } else {
                            setError(StreamErrors.toKafka(failure));
                        }
                        settle();
                    });
        }

        void failed(RuntimeException error) {
            failed.incrementAndGet();
            setError(error);
            settle();
        }

        private void setError(RuntimeException error) {
            RuntimeException shown = error;
            if (error instanceof RecordValidationException invalid) {
                shown = invalid.invalidException();
                response.setRecordErrors(
                        invalid.recordErrors().stream()
                                .map(e ->
                                        new BatchIndexAndErrorMessage()
                                                .setBatchIndex(e.batchIndex)
                                                .setBatchIndexErrorMessage(e.message))
                                .toList());
            }
            ApiError apiError = ApiError.fromThrowable(shown);
            if (apiError.is(Errors.UNKNOWN_SERVER_ERROR)) {
                LOG.error("appending to {}-{} failed", topic.name(), response.index(), error);
            }
            response.setErrorCode(apiError.error().code())
                    .setErrorMessage(apiError.message())
                    .setBaseOffset(ProduceResponse.INVALID_OFFSET);
            if (call.request().version() >= NAMES_LEADERS_SINCE
                    && LedPartitions.leaderHelps(apiError.error())) {
                nameLeader();
            }
        }

        private void nameLeader() {
            String name =
                    topic.topicId().equals(Uuid.ZERO_UUID)
                            ? topic.name()
                            : topics.namesById().getOrDefault(topic.topicId(), "");
            topics.leader(name, response.index(), call.context().listenerName())
                    .ifPresent(leader -> {
                        response.setCurrentLeader(
                                new LeaderIdAndEpoch()
                                        .setLeaderId(leader.nodeId())
                                        .setLeaderEpoch(leader.epoch()));
                        leader.node().ifPresent(this::addEndpoint);
                    });
        }

        private void addEndpoint(org.apache.kafka.common.Node node) {
            synchronized (data) {
                if (data.nodeEndpoints().find(node.id()) == null) {
                    data.nodeEndpoints()
                            .add(
                                    new NodeEndpoint()
                                            .setNodeId(node.id())
                                            .setHost(node.host())
                                            .setPort(node.port())
                                            .setRack(node.rack()));
                }
            }
        }
    }
}
