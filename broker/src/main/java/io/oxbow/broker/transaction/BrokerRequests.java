package io.oxbow.broker.transaction;

import java.nio.ByteBuffer;
import java.util.Set;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.types.RawTaggedField;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.AddPartitionsToTxnRequest;
import org.apache.kafka.common.requests.AddPartitionsToTxnResponse;
import org.apache.kafka.common.requests.WriteTxnMarkersRequest;

/**
 * Serves what brokers ask of each other about transactions: a leader its coordinator, and a
 * coordinator the leaders. Serving one asks no third broker, so none waits for another in a circle.
 */
public final class BrokerRequests {

    /** Tag of the field with the coordinator's epoch in Kafka's message, far above Kafka's own. */
    private static final int EPOCH_TAG = 10_000;

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
            case AddPartitionsToTxnRequest add -> addPartitions(add);
            case WriteTxnMarkersRequest write -> markers.write(write);
            default ->
                    throw new InvalidRequestException(
                            request.apiKey() + " is nothing that a broker asks of another");
        };
    }

    /** The epoch is looked at before the states are: a word is never older than its epoch. */
    private AddPartitionsToTxnResponse addPartitions(AddPartitionsToTxnRequest request)
            throws InterruptedException {
        byte[] epoch =
                ByteBuffer.allocate(Integer.BYTES).putInt(coordinator.epochFor(request)).array();
        AddPartitionsToTxnResponse response = coordinator.addPartitions(request);
        response.data().unknownTaggedFields().add(new RawTaggedField(EPOCH_TAG, epoch));
        return response;
    }

    /** Returns the epoch of the coordinator that answered; -1 if it did not tell. */
    static int coordinatorEpoch(AddPartitionsToTxnResponse response) {
        return response.data().unknownTaggedFields().stream()
                .filter(field -> field.tag() == EPOCH_TAG && field.size() == Integer.BYTES)
                .mapToInt(field -> ByteBuffer.wrap(field.data()).getInt())
                .findFirst()
                .orElse(-1);
    }
}
