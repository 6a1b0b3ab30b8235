package io.oxbow.broker.group;

import io.oxbow.broker.partition.Partition;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.coordinator.common.runtime.PartitionWriter;

/**
 * A period in which this broker leads a partition of the group log without interruption.
 * Thread-safe.
 */
final class Tenure {

    private final TopicPartition name;
    private final Partition partition;
    private final Map<PartitionWriter.Listener, Partition.HighWatermarkListener> listeners =
            new HashMap<>();
    private int leaderEpoch;
    private boolean over;

    Tenure(TopicPartition name, Partition partition, int leaderEpoch) {
        this.name = name;
        this.partition = partition;
        this.leaderEpoch = leaderEpoch;
    }

    TopicPartition name() {
        return name;
    }

    Partition partition() {
        return partition;
    }

    synchronized boolean isOver() {
        return over;
    }

    /** Raises the leader epoch of a partition that stayed open: nobody else wrote in between. */
    synchronized void raise(int newLeaderEpoch) {
        leaderEpoch = newLeaderEpoch;
    }

    synchronized int leaderEpoch() {
        return leaderEpoch;
    }

    /**
     * Returns the epoch to append at.
     *
     * @throws NotLeaderOrFollowerException when no coordinator has been loaded in this tenure: then
     *     the caller is one of an earlier tenure
     */
    synchronized int writableEpoch() {
        if (over || listeners.isEmpty()) {
            throw new NotLeaderOrFollowerException(
                    name + " has no coordinator in this tenure of its leadership");
        }
        return leaderEpoch;
    }

    synchronized void register(PartitionWriter.Listener listener) {
        if (over) {
            throw new NotLeaderOrFollowerException(name + " is no longer led here");
        }
        Partition.HighWatermarkListener bridge =
                (ignored, highWatermark) -> listener.onHighWatermarkUpdated(name, highWatermark);
        if (listeners.putIfAbsent(listener, bridge) == null) {
            partition.addListener(bridge);
        }
    }

    synchronized void deregister(PartitionWriter.Listener listener) {
        Partition.HighWatermarkListener bridge = listeners.remove(listener);
        if (bridge != null) {
            partition.removeListener(bridge);
        }
    }

    synchronized void end() {
        over = true;
        listeners.values().forEach(partition::removeListener);
        listeners.clear();
    }
}
