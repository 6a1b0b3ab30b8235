package io.oxbow.broker.partition;

import org.apache.kafka.common.record.internal.RecordBatch;

/** The fields of one batch that a partition's state is made of. */
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
