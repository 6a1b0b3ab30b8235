package io.oxbow.broker.partition;

import org.apache.kafka.common.record.internal.RecordBatch;

/** What a partition's state takes from one batch of its log. */
record RecoveredBatch(
        int leaderEpoch,
        long producerId,
        short producerEpoch,
        ProducerBatch batch,
        int sizeInBytes) {

    static RecoveredBatch of(RecordBatch batch, long appendTimeMillis) {
        return new RecoveredBatch(
                batch.partitionLeaderEpoch(),
                batch.producerId(),
                batch.producerEpoch(),
                ProducerBatch.of(batch, appendTimeMillis),
                batch.sizeInBytes());
    }

    boolean hasProducerId() {
        return producerId != RecordBatch.NO_PRODUCER_ID;
    }
}
