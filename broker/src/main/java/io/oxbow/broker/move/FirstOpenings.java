package io.oxbow.broker.move;

import io.oxbow.broker.control.ImageChanges;
import io.oxbow.broker.control.ImageWatch;
import io.oxbow.broker.partition.StreamNames;
import io.oxbow.s3stream.StreamName;
import io.oxbow.s3stream.env.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.metadata.PartitionRegistration;

/**
 * New partitions that their leaders, other brokers, have not opened yet as far as the metadata log
 * here shows. A client that heard of such a leader too early would be refused there, and would try
 * again a tenth of a second later.
 */
public final class FirstOpenings implements ImageWatch {

    /** Time in which a leader that is well opens new partitions. */
    private static final Duration LIMIT = Duration.ofSeconds(1);

    private static final Duration PAUSE = Duration.ofMillis(3);

    private final int nodeId;
    private final Function<Collection<StreamName>, List<StreamName>> heldByOthers;
    private final Clock clock;

    /** Times at which partitions were seen first; guarded by this object's monitor. */
    private final Map<TopicIdPartition, Long> seen = new HashMap<>();

    /**
     * @param heldByOthers those of some streams that other nodes have open
     */
    public FirstOpenings(
            int nodeId,
            Function<Collection<StreamName>, List<StreamName>> heldByOthers,
            Clock clock) {
        this.nodeId = nodeId;
        this.heldByOthers = heldByOthers;
        this.clock = clock;
    }

    @Override
    public synchronized void update(MetadataImage image, ImageChanges changes) {
        forgetOld();
        Moves.of(image, changes.topics())
                .forEach((id, partition) -> {
                    if (isNew(partition) && partition.leader >= 0 && partition.leader != nodeId) {
                        seen.putIfAbsent(id, clock.nanoTime());
                    } else {
                        seen.remove(id);
                    }
                });
    }

    private static boolean isNew(PartitionRegistration partition) {
        return partition.leaderEpoch == 0 && partition.partitionEpoch == 0;
    }

    /** Blocks until all partitions seen so far are open, or are not new any more. */
    public void await() throws InterruptedException {
        var waiting = new HashSet<TopicIdPartition>();
        synchronized (this) {
            forgetOld();
            waiting.addAll(seen.keySet());
        }
        while (!waiting.isEmpty()) {
            Set<StreamName> open = Set.copyOf(heldByOthers.apply(names(waiting)));
            synchronized (this) {
                forgetOld();
                seen.keySet().removeIf(id -> waiting.contains(id) && open.contains(name(id)));
                waiting.retainAll(seen.keySet());
            }
            if (!waiting.isEmpty()) {
                clock.sleep(PAUSE);
            }
        }
    }

    private void forgetOld() {
        long now = clock.nanoTime();
        seen.values().removeIf(since -> now - since > LIMIT.toNanos());
    }

    private static List<StreamName> names(Collection<TopicIdPartition> ids) {
        return ids.stream().map(FirstOpenings::name).toList();
    }

    private static StreamName name(TopicIdPartition id) {
        return StreamNames.of(id, StreamName.Kind.DATA);
    }
}
