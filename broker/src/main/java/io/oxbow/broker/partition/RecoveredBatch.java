package io.oxbow.broker.partition;

import io.oxbow.broker.producer.EndMarker;
import io.oxbow.broker.producer.ProducerBatch;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one batch that a partition's state is made of.
 *
 * @param marker null unless the batch ends a transaction
 */
record RecoveredBatch(
        int leaderEpoch,
        long producerId,
        short producerEpoch,
        ProducerBatch batch,
        boolean transactional,
        @Nullable EndMarker marker,
        int sizeInBytes) {

    static RecoveredBatch of(RecordBatch batch, long appendTimeMillis) {
        return new RecoveredBatch(
                batch.partitionLeaderEpoch(),
                batch.producerId(),
                batch.producerEpoch(),
                ProducerBatch.of(batch, appendTimeMillis),
                batch.isTransactional(),
                EndMarker.of(batch),
                batch.sizeInBytes());
    }

    boolean hasProducerId() {
        return producerId != RecordBatch.NO_PRODUCER_ID;
    }
}
