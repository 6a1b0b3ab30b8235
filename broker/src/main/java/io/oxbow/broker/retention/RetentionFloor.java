package io.oxbow.broker.retention;

import org.apache.kafka.common.Uuid;

/** Says what retention must leave, because somebody has not read it yet. Must not block. */
@FunctionalInterface
public interface RetentionFloor {

    /** The lowest offset to keep; {@link Long#MAX_VALUE} when nobody minds. */
    long floor(Uuid topicId, int partition);

    /** Nobody minds. */
    static RetentionFloor none() {
        return (topicId, partition) -> Long.MAX_VALUE;
    }
}
