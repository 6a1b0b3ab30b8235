package io.oxbow.broker.producer;

import org.apache.kafka.common.record.internal.RecordBatch;

/** A batch that a producer appended: the sequences that a retry repeats, and the offsets. */
public record ProducerBatch(
        int firstSequence,
        int lastSequence,
        long baseOffset,
        long lastOffset,
        long appendTimeMillis) {

    public static ProducerBatch of(RecordBatch batch, long appendTimeMillis) {
        return new ProducerBatch(
                batch.baseSequence(),
                batch.lastSequence(),
                batch.baseOffset(),
                batch.lastOffset(),
                appendTimeMillis);
    }
}
