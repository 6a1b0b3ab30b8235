package io.oxbow.broker.move;

import io.oxbow.broker.control.ImageChanges;
import io.oxbow.broker.control.ImageWatch;
import io.oxbow.broker.partition.Partitions;
import io.oxbow.s3stream.env.Clock;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.log.MetadataLog;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.metadata.PartitionRegistration;

/**
 * Looks at the metadata log often while partitions are on their way to this broker. Their producers
 * wait for it to hear that it leads, and that the streams are free.
 */
public final class IncomingPartitions implements ImageWatch, AutoCloseable {

    private static final Duration PAUSE = Duration.ofMillis(40);

    /** Time for which a partition is waited for in haste. */
    private static final Duration HASTE = Duration.ofSeconds(15);

    private final int nodeId;
    private final Partitions partitions;
    private final MetadataLog log;
    private final Clock clock;

    /* Guarded by this object's monitor. */
    private final Set<TopicIdPartition> incoming = new HashSet<>();
    private long until;
    private boolean closed;
    private Clock.Cancellable next = () -> {};

    public IncomingPartitions(
            int nodeId, Partitions partitions, MetadataLog log, Environment environment) {
        this.nodeId = nodeId;
        this.partitions = partitions;
        this.log = log;
        this.clock = environment.clock();
    }

    /** Takes note of the partitions that will be led here, or are, and are not open yet. */
    @Override
    public synchronized void update(MetadataImage image, ImageChanges changes) {
        boolean more = false;
        for (var each : Moves.of(image, changes.topics()).entrySet()) {
            if (isIncoming(each.getKey(), each.getValue())) {
                more |= incoming.add(each.getKey());
            } else {
                incoming.remove(each.getKey());
            }
        }
        if (more) {
            until = clock.nanoTime() + HASTE.toNanos();
            next.cancel();
            lookSoon();
        }
    }

    private boolean isIncoming(TopicIdPartition id, PartitionRegistration partition) {
        return IntStream.of(partition.addingReplicas).anyMatch(broker -> broker == nodeId)
                || partition.leader == nodeId && !isOpen(id);
    }

    private boolean isOpen(TopicIdPartition id) {
        return partitions.find(id.topicId(), id.partition()).isPresent();
    }

    private void lookSoon() {
        next = clock.after(PAUSE, this::look);
    }

    private synchronized void look() {
        incoming.removeIf(this::isOpen);
        if (incoming.isEmpty() || closed || clock.nanoTime() - until >= 0) {
            incoming.clear();
            return;
        }
        log.look();
        lookSoon();
    }

    @Override
    public synchronized void close() {
        closed = true;
        next.cancel();
    }
}
