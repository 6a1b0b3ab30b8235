package io.oxbow.broker.transaction;

import io.oxbow.broker.producer.TransactionVerifier;
import io.oxbow.s3stream.env.Clock;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData.AddPartitionsToTxnTopic;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData.AddPartitionsToTxnTopicCollection;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData.AddPartitionsToTxnTransaction;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData.AddPartitionsToTxnTransactionCollection;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AddPartitionsToTxnRequest;
import org.apache.kafka.common.requests.AddPartitionsToTxnResponse;
import org.apache.kafka.common.utils.ProducerIdAndEpoch;
import org.apache.kafka.server.common.TransactionVersion;

/** Asks a transaction's coordinator, here or on the broker that leads its partition of the log. */
final class CoordinatorQuestions implements TransactionVerifier {

    private final int nodeId;
    private final TransactionCoordinator coordinator;
    private final MarkerSender.Leaders leaders;
    private final BrokerCalls calls;
    private final TransactionSettings settings;
    private final Clock clock;

    CoordinatorQuestions(
            int nodeId,
            TransactionCoordinator coordinator,
            MarkerSender.Leaders leaders,
            BrokerCalls calls,
            TransactionSettings settings,
            Clock clock) {
        this.nodeId = nodeId;
        this.coordinator = coordinator;
        this.leaders = leaders;
        this.calls = calls;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * Asks again for a moment while the transaction before is being ended. The producer has the
     * answer about that one already, and its markers are on their way.
     */
    @Override
    public Word verify(Producer producer, Collection<TopicPartition> partitions) {
        Set<TopicPartition> asked = Set.copyOf(partitions);
        long deadline = clock.nanoTime() + settings.retryLimit().toNanos();
        try {
            while (true) {
                Word word = ask(producer, asked);
                if (!producer.adds()
                        || !word.errors().containsValue(Errors.CONCURRENT_TRANSACTIONS)
                        || clock.nanoTime() >= deadline) {
                    return word;
                }
                clock.sleep(settings.retryPause());
            }
        } catch (ApiException e) {
            return Word.none(asked, Errors.forException(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Word.none(asked, Errors.COORDINATOR_NOT_AVAILABLE);
        }
    }

    private Word ask(Producer producer, Set<TopicPartition> partitions)
            throws InterruptedException {
        Optional<Integer> leader =
                coordinator
                        .ledger()
                        .partitionOf(producer.transactionalId())
                        .flatMap(index ->
                                leaders.leader(
                                        new TopicPartition(
                                                Topic.TRANSACTION_STATE_TOPIC_NAME, index)));
        if (leader.isEmpty()) {
            return Word.none(partitions, Errors.COORDINATOR_NOT_AVAILABLE);
        }
        if (leader.get() != nodeId) {
            return askOther(leader.get(), producer, partitions);
        }
        var known = new ProducerIdAndEpoch(producer.id(), producer.epoch());
        // Before the states are looked at: a word is never older than its epoch.
        int epoch = coordinator.epochOf(producer.transactionalId());
        return new Word(answers(producer, known, partitions), epoch);
    }

    private Map<TopicPartition, Errors> answers(
            Producer producer, ProducerIdAndEpoch known, Set<TopicPartition> partitions)
            throws InterruptedException {
        return producer.adds()
                ? Word.none(
                                partitions,
                                coordinator.addPartitions(
                                        producer.transactionalId(),
                                        known,
                                        partitions,
                                        TransactionVersion.TV_2))
                        .errors()
                : coordinator.verify(producer.transactionalId(), known, partitions);
    }

    private Word askOther(int broker, Producer producer, Set<TopicPartition> partitions) {
        var response =
                (AddPartitionsToTxnResponse) calls.send(broker, request(producer, partitions));
        Errors error = Errors.forCode(response.data().errorCode());
        return error == Errors.NONE
                ? new Word(
                        response.errors().getOrDefault(producer.transactionalId(), Map.of()),
                        BrokerRequests.coordinatorEpoch(response))
                : Word.none(partitions, error);
    }

    private static AddPartitionsToTxnRequest request(
            Producer producer, Set<TopicPartition> partitions) {
        var topics = new AddPartitionsToTxnTopicCollection();
        for (TopicPartition partition : partitions) {
            AddPartitionsToTxnTopic topic = topics.find(partition.topic());
            if (topic == null) {
                topic = new AddPartitionsToTxnTopic().setName(partition.topic());
                topics.add(topic);
            }
            topic.partitions().add(partition.partition());
        }
        var transactions = new AddPartitionsToTxnTransactionCollection();
        transactions.add(
                new AddPartitionsToTxnTransaction()
                        .setTransactionalId(producer.transactionalId())
                        .setProducerId(producer.id())
                        .setProducerEpoch(producer.epoch())
                        .setVerifyOnly(!producer.adds())
                        .setTopics(topics));
        return AddPartitionsToTxnRequest.Builder.forBroker(transactions)
                .build(ApiKeys.ADD_PARTITIONS_TO_TXN.latestVersion());
    }
}
