package io.oxbow.broker.retention;

import org.apache.kafka.common.Uuid;

/**
 * Says the lowest offsets that retention must keep, because a reader has not got to them yet. Must
 * not block.
 */
@FunctionalInterface
public interface RetentionFloor {

    /** Returns the lowest offset to keep; {@link Long#MAX_VALUE} when nothing must be kept. */
    long floor(Uuid topicId, int partition);

    /** Returns a floor that keeps nothing. */
    static RetentionFloor none() {
        return (topicId, partition) -> Long.MAX_VALUE;
    }
}
