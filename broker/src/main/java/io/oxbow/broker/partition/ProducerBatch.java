package io.oxbow.broker.partition;

import org.apache.kafka.common.record.internal.RecordBatch;

/** A batch that a producer appended: the sequences that a retry repeats, and the offsets. */
record ProducerBatch(
        int firstSequence,
        int lastSequence,
        long baseOffset,
        long lastOffset,
        long appendTimeMillis) {

    static ProducerBatch of(RecordBatch batch, long appendTimeMillis) {
        return new ProducerBatch(
                batch.baseSequence(),
                batch.lastSequence(),
                batch.baseOffset(),
                batch.lastOffset(),
                appendTimeMillis);
    }
}
