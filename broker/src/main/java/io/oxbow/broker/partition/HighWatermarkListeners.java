package io.oxbow.broker.partition;

import io.oxbow.broker.partition.Partition.HighWatermarkListener;
import io.oxbow.s3stream.env.Component;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Listeners of one partition's high watermark. One that throws is counted, and keeps no other from
 * being told. Thread-safe.
 */
final class HighWatermarkListeners {

    private final Component health;
    private final Set<HighWatermarkListener> all = ConcurrentHashMap.newKeySet();

    HighWatermarkListeners(Component health) {
        this.health = health;
    }

    void add(HighWatermarkListener listener) {
        all.add(listener);
    }

    void remove(HighWatermarkListener listener) {
        all.remove(listener);
    }

    void tell(Partition partition, long highWatermark) {
        for (HighWatermarkListener listener : all) {
            try {
                listener.highWatermark(partition, highWatermark);
            } catch (Throwable e) {
                health.unexpected("a listener of the high watermark", e);
            }
        }
    }
}
