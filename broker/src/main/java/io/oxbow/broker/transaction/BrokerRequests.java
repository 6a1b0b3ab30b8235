package io.oxbow.broker.transaction;

import java.util.Set;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.AddPartitionsToTxnRequest;
import org.apache.kafka.common.requests.WriteTxnMarkersRequest;

/**
 * Serves what brokers ask of each other about transactions: a leader its coordinator, and a
 * coordinator the leaders. Serving one asks no third broker, so none waits for another in a circle.
 */
public final class BrokerRequests {

    private final TransactionsHandler coordinator;
    private final WriteMarkersHandler markers;

    BrokerRequests(TransactionsHandler coordinator, WriteMarkersHandler markers) {
        this.coordinator = coordinator;
        this.markers = markers;
    }

    /** Returns the APIs that are served. */
    public static Set<ApiKeys> apis() {
        return Set.of(ApiKeys.ADD_PARTITIONS_TO_TXN, ApiKeys.WRITE_TXN_MARKERS);
    }

    /**
     * Serves a request of another broker; blocks until what it changes is durable.
     *
     * @throws InvalidRequestException for a request of another API
     */
    public AbstractResponse serve(AbstractRequest request) throws InterruptedException {
        return switch (request) {
            case AddPartitionsToTxnRequest add -> coordinator.addPartitions(add);
            case WriteTxnMarkersRequest write -> markers.write(write);
            default ->
                    throw new InvalidRequestException(
                            request.apiKey() + " is nothing that a broker asks of another");
        };
    }
}
