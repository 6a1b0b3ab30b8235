package io.oxbow.broker.group;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.server.util.PartitionMetadataClient;

/** Refuses look-ups for share groups, which are not served. */
final class NoShareGroups implements PartitionMetadataClient {

    @Override
    public Map<TopicPartition, CompletableFuture<OffsetResponse>> listLatestOffsets(
            Set<TopicPartition> partitions) {
        var refused = new HashMap<TopicPartition, CompletableFuture<OffsetResponse>>();
        for (TopicPartition partition : partitions) {
            refused.put(
                    partition,
                    CompletableFuture.completedFuture(
                            new OffsetResponse(-1, Errors.UNSUPPORTED_VERSION)));
        }
        return refused;
    }

    @Override
    public void close() {}
}
