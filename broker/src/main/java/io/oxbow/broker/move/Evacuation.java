package io.oxbow.broker.move;

import io.oxbow.broker.control.ActiveController;
import io.oxbow.broker.control.ClusterMetadata;
import io.oxbow.s3stream.env.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.IntPredicate;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.image.MetadataImage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has all partitions of a broker moved to others; the broker itself moves them, while it serves.
 */
public final class Evacuation {

    private static final Logger LOG = LoggerFactory.getLogger(Evacuation.class);
    private static final Duration REQUEST_LIMIT = Duration.ofSeconds(5);

    private final ClusterMetadata metadata;
    private final ActiveController controller;
    private final Clock clock;
    private final IntPredicate placeable;

    /**
     * @param placeable whether a broker that is up may have more partitions
     */
    public Evacuation(
            ClusterMetadata metadata,
            ActiveController controller,
            IntPredicate placeable,
            Clock clock) {
        this.metadata = metadata;
        this.controller = controller;
        this.clock = clock;
        this.placeable = placeable;
    }

    /** Returns the brokers that may take the partitions of another. */
    public List<Integer> takers(int broker) {
        return Shares.of(metadata.image()).takers(broker, placeable);
    }

    /** Returns the other brokers that are up. */
    public List<Integer> others(int broker) {
        return Shares.of(metadata.image()).takers(broker, other -> true);
    }

    /** Returns the number of partitions that a broker leads. */
    public int left(int broker) {
        MetadataImage image = metadata.image();
        return (int)
                image.topics().topicsById().values().stream()
                        .flatMap(topic -> topic.partitions().values().stream())
                        .filter(partition -> partition.leader == broker)
                        .count();
    }

    /** Begins the moves of the partitions that are not on their way already. */
    public void begin(int broker, List<Integer> takers) throws InterruptedException {
        Map<TopicPartition, Integer> moves = Shares.of(metadata.image()).empty(broker, takers);
        if (moves.isEmpty()) {
            return;
        }
        try {
            controller.ask(Reassignments.request(moves), REQUEST_LIMIT, clock);
            LOG.info("{} partitions are to move from broker {}", moves.size(), broker);
        } catch (ExecutionException | ApiException e) {
            LOG.info("moves from broker {}, to be tried again: {}", broker, e + "");
        }
    }
}
