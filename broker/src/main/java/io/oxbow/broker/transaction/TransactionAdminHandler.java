package io.oxbow.broker.transaction;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.oxbow.broker.network.ApiHandler;
import io.oxbow.broker.network.Call;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidRegularExpression;
import org.apache.kafka.common.message.DescribeTransactionsResponseData;
import org.apache.kafka.common.message.ListTransactionsRequestData;
import org.apache.kafka.common.message.ListTransactionsResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.DescribeTransactionsRequest;
import org.apache.kafka.common.requests.DescribeTransactionsResponse;
import org.apache.kafka.common.requests.ListTransactionsRequest;
import org.apache.kafka.common.requests.ListTransactionsResponse;
import org.apache.kafka.coordinator.transaction.TransactionMetadata;
import org.apache.kafka.coordinator.transaction.TransactionState;
import org.jspecify.annotations.Nullable;

/** Serves DescribeTransactions and ListTransactions (KIP-664), of what this broker coordinates. */
final class TransactionAdminHandler implements ApiHandler {

    private final TransactionCoordinator coordinator;
    private final LongSupplier wallMillis;

    TransactionAdminHandler(TransactionCoordinator coordinator, LongSupplier wallMillis) {
        this.coordinator = coordinator;
        this.wallMillis = wallMillis;
    }

    @Override
    public Map<ApiKeys, Versions> apis() {
        return Map.of(
                ApiKeys.DESCRIBE_TRANSACTIONS, Versions.all(ApiKeys.DESCRIBE_TRANSACTIONS),
                ApiKeys.LIST_TRANSACTIONS, Versions.all(ApiKeys.LIST_TRANSACTIONS));
    }

    @Override
    public void handle(Call call) {
        call.runInOrder(() -> {
            switch (call.request()) {
                case DescribeTransactionsRequest describe ->
                        call.respond(
                                new DescribeTransactionsResponse(
                                        new DescribeTransactionsResponseData()
                                                .setTransactionStates(
                                                        describe.data().transactionalIds().stream()
                                                                .map(this::describe)
                                                                .toList())));
                case ListTransactionsRequest list ->
                        call.respond(new ListTransactionsResponse(list(list.data())));
                default -> throw new IllegalArgumentException("not served here: " + call.request());
            }
        });
    }

    private DescribeTransactionsResponseData.TransactionState describe(String transactionalId) {
        var description =
                new DescribeTransactionsResponseData.TransactionState()
                        .setTransactionalId(transactionalId);
        TransactionPartition home = coordinator.ledger().find(transactionalId);
        Errors unavailable = coordinator.unavailable(transactionalId, home);
        if (home == null || unavailable != Errors.NONE) {
            return description.setErrorCode(unavailable.code());
        }
        return home.read(states -> describe(description, states.get(transactionalId)));
    }

    private static DescribeTransactionsResponseData.TransactionState describe(
            DescribeTransactionsResponseData.TransactionState description,
            @Nullable TransactionMetadata transaction) {
        if (transaction == null) {
            return description.setErrorCode(Errors.TRANSACTIONAL_ID_NOT_FOUND.code());
        }
        for (TopicPartition partition : transaction.topicPartitions()) {
            var topic = description.topics().find(partition.topic());
            if (topic == null) {
                topic =
                        new DescribeTransactionsResponseData.TopicData()
                                .setTopic(partition.topic());
                description.topics().add(topic);
            }
            topic.partitions().add(partition.partition());
        }
        return description
                .setProducerId(transaction.producerId())
                .setProducerEpoch(transaction.producerEpoch())
                .setTransactionState(transaction.state().stateName())
                .setTransactionTimeoutMs(transaction.txnTimeoutMs())
                .setTransactionStartTimeMs(transaction.txnStartTimestamp());
    }

    private ListTransactionsResponseData list(ListTransactionsRequestData request) {
        var response = new ListTransactionsResponseData();
        if (coordinator.ledger().all().stream().anyMatch(TransactionPartition::isLoading)) {
            return response.setErrorCode(Errors.COORDINATOR_LOAD_IN_PROGRESS.code());
        }
        Set<TransactionState> states = EnumSet.noneOf(TransactionState.class);
        for (String name : request.stateFilters()) {
            TransactionState.fromName(name)
                    .ifPresentOrElse(states::add, () -> response.unknownStateFilters().add(name));
        }
        Predicate<TransactionMetadata> wanted = filter(request, states);
        List<ListTransactionsResponseData.TransactionState> found = new ArrayList<>();
        for (TransactionPartition home : coordinator.ledger().all()) {
            home.read(all ->
                    all.all().stream()
                            .filter(wanted)
                            .map(transaction ->
                                    new ListTransactionsResponseData.TransactionState()
                                            .setTransactionalId(transaction.transactionalId())
                                            .setProducerId(transaction.producerId())
                                            .setTransactionState(transaction.state().stateName()))
                            .map(found::add)
                            .count());
        }
        return response.setTransactionStates(found);
    }

    private Predicate<TransactionMetadata> filter(
            ListTransactionsRequestData request, Set<TransactionState> states) {
        Set<Long> producers = Set.copyOf(request.producerIdFilters());
        long now = wallMillis.getAsLong();
        Pattern pattern = pattern(request.transactionalIdPattern());
        return transaction ->
                (request.stateFilters().isEmpty() || states.contains(transaction.state()))
                        && (producers.isEmpty() || producers.contains(transaction.producerId()))
                        && (request.durationFilter() < 0
                                || now - transaction.txnStartTimestamp() > request.durationFilter())
                        && (pattern == null || pattern.matches(transaction.transactionalId()));
    }

    private static @Nullable Pattern pattern(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return null;
        }
        try {
            return Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            throw new InvalidRegularExpression(
                    "the transactional id pattern '%s' is none: %s"
                            .formatted(text, e.getMessage()));
        }
    }
}
