package io.oxbow.broker.fetch;

import io.oxbow.broker.testing.DataPlane;
import java.util.LinkedHashMap;
import java.util.Optional;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.requests.FetchMetadata;
import org.apache.kafka.common.requests.FetchRequest;

/** Builds a fetch of partition 0 from the beginning, unless told otherwise. */
final class FetchBuilder {

    final short version;
    private Uuid topicId = DataPlane.TOPIC_ID;
    private int[] partitions = {0};
    private long offset;
    private int maxWait;
    private int minBytes = 1;
    private int bytesMax = 100 << 20;
    private int partitionMaxBytes = 10 << 20;
    private Optional<Integer> epoch = Optional.empty();
    private FetchMetadata session = FetchMetadata.LEGACY;
    private IsolationLevel isolation = IsolationLevel.READ_UNCOMMITTED;

    FetchBuilder(short version) {
        this.version = version;
    }

    FetchBuilder topic(Uuid id) {
        topicId = id;
        return this;
    }

    FetchBuilder of(int... wanted) {
        partitions = wanted;
        return this;
    }

    FetchBuilder from(long fetchOffset) {
        offset = fetchOffset;
        return this;
    }

    FetchBuilder waiting(int millis, int bytes) {
        maxWait = millis;
        minBytes = bytes;
        return this;
    }

    FetchBuilder limits(int bytes, int bytesPerPartition) {
        bytesMax = bytes;
        partitionMaxBytes = bytesPerPartition;
        return this;
    }

    FetchBuilder epoch(int leaderEpoch) {
        epoch = Optional.of(leaderEpoch);
        return this;
    }

    FetchBuilder session(FetchMetadata metadata) {
        session = metadata;
        return this;
    }

    FetchBuilder isolation(IsolationLevel level) {
        isolation = level;
        return this;
    }

    FetchRequest build() {
        var wanted = new LinkedHashMap<TopicPartition, FetchRequest.PartitionData>();
        for (int partition : partitions) {
            wanted.put(
                    new TopicPartition(DataPlane.TOPIC, partition),
                    new FetchRequest.PartitionData(
                            version < 13 ? Uuid.ZERO_UUID : topicId,
                            offset,
                            FetchRequest.INVALID_LOG_START_OFFSET,
                            partitionMaxBytes,
                            epoch));
        }
        return FetchRequest.Builder.forConsumer(version, maxWait, minBytes, wanted)
                .setMaxBytes(bytesMax)
                .metadata(session)
                .isolationLevel(isolation)
                .build(version);
    }
}
