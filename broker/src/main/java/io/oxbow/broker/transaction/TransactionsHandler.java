package io.oxbow.broker.transaction;

import io.oxbow.broker.network.ApiHandler;
import io.oxbow.broker.network.Call;
import io.oxbow.broker.partition.TopicLookup;
import io.oxbow.broker.transaction.Decision.Answer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.AddOffsetsToTxnResponseData;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData.AddPartitionsToTxnTransaction;
import org.apache.kafka.common.message.AddPartitionsToTxnResponseData;
import org.apache.kafka.common.message.EndTxnResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AddOffsetsToTxnRequest;
import org.apache.kafka.common.requests.AddOffsetsToTxnResponse;
import org.apache.kafka.common.requests.AddPartitionsToTxnRequest;
import org.apache.kafka.common.requests.AddPartitionsToTxnResponse;
import org.apache.kafka.common.requests.EndTxnRequest;
import org.apache.kafka.common.requests.EndTxnResponse;
import org.apache.kafka.common.utils.ProducerIdAndEpoch;
import org.apache.kafka.server.common.TransactionVersion;

/** Serves AddPartitionsToTxn, AddOffsetsToTxn and EndTxn. */
final class TransactionsHandler implements ApiHandler {

    /** First version of several transactions at once, which brokers send. */
    private static final short BROKERS_SINCE = 4;

    /** Versions from which PRODUCER_FENCED is known; before, INVALID_PRODUCER_EPOCH says it. */
    private static final short FENCED_SINCE = 2;

    private final TransactionCoordinator coordinator;
    private final TopicLookup topics;
    private final ToIntFunction<String> groupPartition;

    /**
     * @param groupPartition of the group log that keeps a group
     */
    TransactionsHandler(
            TransactionCoordinator coordinator,
            TopicLookup topics,
            ToIntFunction<String> groupPartition) {
        this.coordinator = coordinator;
        this.topics = topics;
        this.groupPartition = groupPartition;
    }

    @Override
    public Map<ApiKeys, Versions> apis() {
        return Map.of(
                ApiKeys.ADD_PARTITIONS_TO_TXN, Versions.all(ApiKeys.ADD_PARTITIONS_TO_TXN),
                ApiKeys.ADD_OFFSETS_TO_TXN, Versions.all(ApiKeys.ADD_OFFSETS_TO_TXN),
                ApiKeys.END_TXN, Versions.all(ApiKeys.END_TXN));
    }

    @Override
    public void handle(Call call) {
        call.runInOrder(() -> {
            try {
                serve(call);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                call.fail(Errors.COORDINATOR_NOT_AVAILABLE.exception());
            }
        });
    }

    private void serve(Call call) throws InterruptedException {
        switch (call.request()) {
            case AddPartitionsToTxnRequest add -> call.respond(addPartitions(add));
            case AddOffsetsToTxnRequest add -> call.respond(addOffsets(add));
            case EndTxnRequest end -> call.respond(end(end));
            default -> throw new IllegalArgumentException("not served here: " + call.request());
        }
    }

    /** Returns the epoch of the coordinator that a request is for; -1 if it isn't here. */
    int epochFor(AddPartitionsToTxnRequest request) {
        return request.data().transactions().stream()
                .mapToInt(each -> coordinator.epochOf(each.transactionalId()))
                .min()
                .orElse(-1);
    }

    /** Adds partitions to transactions, or tells which are part of them; blocks. */
    AddPartitionsToTxnResponse addPartitions(AddPartitionsToTxnRequest request)
            throws InterruptedException {
        var data = new AddPartitionsToTxnResponseData();
        // Before version 4 there is one transaction, in fields of its own.
        for (AddPartitionsToTxnTransaction transaction :
                request.version() < BROKERS_SINCE
                        ? request.normalizeRequest().data().transactions()
                        : request.data().transactions()) {
            var result =
                    AddPartitionsToTxnResponse.resultForTransaction(
                            transaction.transactionalId(), add(request, transaction));
            if (request.version() < BROKERS_SINCE) {
                data.setResultsByTopicV3AndBelow(result.topicResults());
            } else {
                data.resultsByTransaction().add(result);
            }
        }
        return new AddPartitionsToTxnResponse(data);
    }

    private Map<TopicPartition, Errors> add(
            AddPartitionsToTxnRequest request, AddPartitionsToTxnTransaction transaction)
            throws InterruptedException {
        List<TopicPartition> asked = AddPartitionsToTxnRequest.getPartitions(transaction.topics());
        var producer =
                new ProducerIdAndEpoch(transaction.producerId(), transaction.producerEpoch());
        if (transaction.verifyOnly()) {
            return coordinator.verify(transaction.transactionalId(), producer, asked);
        }
        Map<TopicPartition, Errors> results = new HashMap<>();
        for (TopicPartition partition : asked) {
            if (!topics.exists(partition.topic(), partition.partition())) {
                results.put(partition, Errors.UNKNOWN_TOPIC_OR_PARTITION);
            }
        }
        boolean allThere = results.isEmpty();
        Errors error =
                allThere
                        ? coordinator.addPartitions(
                                transaction.transactionalId(),
                                producer,
                                new HashSet<>(asked),
                                TransactionVersion.transactionVersionForAddPartitionsToTxn(request))
                        : Errors.OPERATION_NOT_ATTEMPTED;
        asked.forEach(partition -> results.putIfAbsent(partition, shown(error, request.version())));
        return results;
    }

    private AddOffsetsToTxnResponse addOffsets(AddOffsetsToTxnRequest request)
            throws InterruptedException {
        var data = request.data();
        Errors error;
        if (data.groupId().isEmpty()) {
            error = Errors.INVALID_GROUP_ID;
        } else if (!topics.exists(Topic.GROUP_METADATA_TOPIC_NAME, 0)) {
            error = Errors.COORDINATOR_NOT_AVAILABLE;
        } else {
            int partition = groupPartition.applyAsInt(data.groupId());
            error =
                    coordinator.addPartitions(
                            data.transactionalId(),
                            new ProducerIdAndEpoch(data.producerId(), data.producerEpoch()),
                            Set.of(new TopicPartition(Topic.GROUP_METADATA_TOPIC_NAME, partition)),
                            TransactionVersion.TV_0);
        }
        return new AddOffsetsToTxnResponse(
                new AddOffsetsToTxnResponseData()
                        .setErrorCode(shown(error, request.version()).code()));
    }

    private EndTxnResponse end(EndTxnRequest request) throws InterruptedException {
        var data = request.data();
        Answer answer =
                coordinator.endTransaction(
                        data.transactionalId(),
                        new ProducerIdAndEpoch(data.producerId(), data.producerEpoch()),
                        data.committed(),
                        TransactionVersion.transactionVersionForEndTxn(request));
        return new EndTxnResponse(
                new EndTxnResponseData()
                        .setErrorCode(shown(answer.error(), request.version()).code())
                        .setProducerId(answer.producerId())
                        .setProducerEpoch(answer.producerEpoch()));
    }

    private static Errors shown(Errors error, short version) {
        return error == Errors.PRODUCER_FENCED && version < FENCED_SINCE
                ? Errors.INVALID_PRODUCER_EPOCH
                : error;
    }
}
