package io.oxbow.broker.move;

import io.oxbow.broker.control.ActiveController;
import io.oxbow.broker.control.ClusterMetadata;
import io.oxbow.s3stream.env.Environment;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.image.MetadataImage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has the partitions of this broker moved to others before it leaves them; blocks. */
public final class Departure {

    private static final Logger LOG = LoggerFactory.getLogger(Departure.class);
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final Duration REQUEST_LIMIT = Duration.ofSeconds(5);

    private final int nodeId;
    private final ClusterMetadata metadata;
    private final ActiveController controller;
    private final Environment environment;

    public Departure(
            int nodeId,
            ClusterMetadata metadata,
            ActiveController controller,
            Environment environment) {
        this.nodeId = nodeId;
        this.metadata = metadata;
        this.controller = controller;
        this.environment = environment;
    }

    /**
     * Moves all partitions away.
     *
     * @return false when some were left after {@code limit}, or no other broker is up
     */
    public boolean moveAll(Duration limit) throws InterruptedException {
        long began = environment.clock().nanoTime();
        while (leads()) {
            Shares shares = Shares.of(metadata.image());
            if (shares.brokers().stream().allMatch(broker -> broker == nodeId)
                    || environment.clock().nanoTime() - began >= limit.toNanos()) {
                return false;
            }
            shares.empty(nodeId);
            if (!shares.moves().isEmpty()) {
                begin(shares);
            }
            environment.clock().sleep(PAUSE);
        }
        return true;
    }

    private boolean leads() {
        MetadataImage image = metadata.image();
        return image.topics().topicsById().values().stream()
                .flatMap(topic -> topic.partitions().values().stream())
                .anyMatch(partition -> partition.leader == nodeId);
    }

    private void begin(Shares shares) throws InterruptedException {
        try {
            controller.ask(shares.request(), REQUEST_LIMIT, environment.clock());
            LOG.info("{} partitions are to move from here", shares.moves().size());
        } catch (ExecutionException | ApiException e) {
            LOG.info("moves from here, to be tried again: {}", e + "");
        }
    }
}
