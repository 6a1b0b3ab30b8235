package io.oxbow.broker.transaction;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.message.WriteTxnMarkersRequestData;
import org.apache.kafka.common.message.WriteTxnMarkersRequestData.WritableTxnMarkerTopic;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.WriteTxnMarkersRequest;
import org.apache.kafka.common.requests.WriteTxnMarkersResponse;

/** Writes markers to partitions here, or has the broker that leads them do it. */
final class RoutedMarkers implements MarkerSender.Broker {

    private final int nodeId;
    private final PartitionMarkers local;
    private final BrokerCalls calls;

    RoutedMarkers(int nodeId, PartitionMarkers local, BrokerCalls calls) {
        this.nodeId = nodeId;
        this.local = local;
        this.calls = calls;
    }

    @Override
    public Map<TopicPartition, Errors> write(
            int broker, Marker marker, List<TopicPartition> partitions)
            throws InterruptedException {
        if (broker == nodeId) {
            return local.write(marker, partitions);
        }
        try {
            var response =
                    (WriteTxnMarkersResponse) calls.send(broker, request(marker, partitions));
            return response.errorsByProducerId().getOrDefault(marker.producerId(), Map.of());
        } catch (ApiException e) {
            var unknown = new HashMap<TopicPartition, Errors>();
            partitions.forEach(partition -> unknown.put(partition, Errors.forException(e)));
            return unknown;
        }
    }

    private static WriteTxnMarkersRequest request(Marker marker, List<TopicPartition> partitions) {
        var topics = new TreeMap<String, WritableTxnMarkerTopic>();
        for (TopicPartition partition : partitions) {
            topics.computeIfAbsent(
                            partition.topic(), name -> new WritableTxnMarkerTopic().setName(name))
                    .partitionIndexes()
                    .add(partition.partition());
        }
        var data =
                new WriteTxnMarkersRequestData()
                        .setMarkers(List.of(marker.message(List.copyOf(topics.values()))));
        return new WriteTxnMarkersRequest.Builder(data)
                .build(ApiKeys.WRITE_TXN_MARKERS.latestVersion());
    }
}
