package io.oxbow.broker.transaction;

import io.oxbow.broker.control.ClusterMetadata;
import io.oxbow.broker.control.LeadershipListener;
import io.oxbow.broker.network.ApiHandler;
import io.oxbow.broker.partition.LedPartitions;
import io.oxbow.broker.partition.Partitions;
import io.oxbow.broker.producer.TransactionVerifier;
import io.oxbow.broker.producerid.ProducerIds;
import io.oxbow.s3stream.env.Environment;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.coordinator.group.GroupCoordinator;

/**
 * Transactions of a broker: the coordinator, the markers that it has written, and the handlers of
 * the requests about them.
 */
public final class TransactionService implements AutoCloseable {

    /**
     * Parts of the broker that transactions are about.
     *
     * @param process identity of this process
     * @param calls reaches other brokers
     */
    public record Parts(
            Uuid process,
            Partitions partitions,
            LedPartitions led,
            ClusterMetadata metadata,
            ProducerIds ids,
            GroupCoordinator groups,
            BrokerCalls calls,
            Environment environment) {}

    private final TransactionCoordinator coordinator;
    private final TransactionVerifier verifier;
    private final List<ApiHandler> handlers;
    private final BrokerRequests requests;

    public TransactionService(int nodeId, TransactionSettings settings, Parts parts) {
        var clock = parts.environment().clock();
        var markers = new PartitionMarkers(parts.led(), parts.groups(), clock);
        this.coordinator =
                new TransactionCoordinator(
                        parts.process(),
                        settings,
                        parts.partitions(),
                        parts.metadata(),
                        parts.ids(),
                        new RoutedMarkers(nodeId, markers, parts.calls()),
                        parts.environment());
        this.verifier =
                new CoordinatorQuestions(
                        nodeId,
                        coordinator,
                        new ImageLeaders(parts.metadata()),
                        parts.calls(),
                        settings,
                        clock);
        var coordination =
                new TransactionsHandler(
                        coordinator, parts.led().topics(), parts.groups()::partitionFor);
        var writing = new WriteMarkersHandler(markers);
        this.requests = new BrokerRequests(coordination, writing);
        this.handlers =
                List.of(
                        new InitProducerIdHandler(
                                parts.ids(),
                                (id, timeoutMillis, expected) ->
                                        InitProducerIdHandler.response(
                                                coordinator.initProducerId(
                                                        id, timeoutMillis, expected))),
                        coordination,
                        writing,
                        new TransactionAdminHandler(coordinator, clock::wallMillis),
                        new DescribeProducersHandler(parts.led()));
    }

    public void start() {
        coordinator.start();
    }

    /** Returns the listener that begins and ends the coordinator's partitions. */
    public LeadershipListener leaderships() {
        return coordinator;
    }

    /** Returns the way to ask the coordinator of a transaction, here or elsewhere. */
    public TransactionVerifier verifier() {
        return verifier;
    }

    /** Returns the number of the log's partition that keeps an id; empty if there is no log yet. */
    public Optional<Integer> partitionOf(String transactionalId) {
        return coordinator.ledger().partitionOf(transactionalId);
    }

    public List<ApiHandler> handlers() {
        return handlers;
    }

    /** Returns what serves other brokers. */
    public BrokerRequests requests() {
        return requests;
    }

    @Override
    public void close() {
        coordinator.close();
    }
}
