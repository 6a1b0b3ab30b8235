package io.oxbow.broker.transaction;

import io.oxbow.broker.network.ApiHandler;
import io.oxbow.broker.network.Call;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.WriteTxnMarkersRequestData.WritableTxnMarker;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.WriteTxnMarkersRequest;
import org.apache.kafka.common.requests.WriteTxnMarkersResponse;

/**
 * Serves WriteTxnMarkers: of coordinators on other brokers, and of an administrator who aborts a
 * transaction that nothing else would end.
 */
final class WriteMarkersHandler implements ApiHandler {

    private final PartitionMarkers markers;

    WriteMarkersHandler(PartitionMarkers markers) {
        this.markers = markers;
    }

    @Override
    public Map<ApiKeys, Versions> apis() {
        return Map.of(ApiKeys.WRITE_TXN_MARKERS, Versions.all(ApiKeys.WRITE_TXN_MARKERS));
    }

    @Override
    public void handle(Call call) {
        call.runBeside(() -> {
            try {
                call.respond(write((WriteTxnMarkersRequest) call.request()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                call.fail(Errors.REQUEST_TIMED_OUT.exception());
            }
        });
    }

    /** Writes markers; blocks until all are durable. */
    WriteTxnMarkersResponse write(WriteTxnMarkersRequest request) throws InterruptedException {
        Map<Long, Map<TopicPartition, Errors>> results = new HashMap<>();
        for (WritableTxnMarker marker : request.data().markers()) {
            List<TopicPartition> partitions = new ArrayList<>();
            marker.topics()
                    .forEach(topic ->
                            topic.partitionIndexes()
                                    .forEach(index ->
                                            partitions.add(
                                                    new TopicPartition(topic.name(), index))));
            results.computeIfAbsent(marker.producerId(), id -> new HashMap<>())
                    .putAll(markers.write(Marker.of(marker), partitions));
        }
        return new WriteTxnMarkersResponse(results);
    }
}
