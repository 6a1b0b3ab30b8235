package io.oxbow.broker.placement;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.image.MetadataImage;
import org.jspecify.annotations.Nullable;

/**
 * Loads of the brokers as new partitions see them: the partitions that each leads, and its traffic.
 * The controller's thread alone uses it.
 */
public final class PlacementLoads {

    private final Supplier<MetadataImage> images;
    private final BrokerTraffic traffic;
    private final Map<Integer, Integer> partitions = new HashMap<>();
    private @Nullable MetadataImage counted;
    private int sum;

    public PlacementLoads(Supplier<MetadataImage> images, BrokerTraffic traffic) {
        this.images = images;
        this.traffic = traffic;
    }

    /** Counts anew, if the image has changed: what was placed since is in the next one. */
    void look() {
        MetadataImage image = images.get();
        if (image == counted) {
            return;
        }
        counted = image;
        partitions.clear();
        sum = 0;
        image.topics()
                .topicsById()
                .values()
                .forEach(topic -> topic.partitions().values().forEach(each -> placed(each.leader)));
    }

    void placed(int broker) {
        partitions.merge(broker, 1, Integer::sum);
        sum++;
    }

    /**
     * Returns how high a broker's load is, in means of the brokers.
     *
     * @param brokers of which the mean is taken
     */
    double of(int broker, int brokers) {
        double mean = Math.max(1, sum) / (double) brokers;
        return partitions.getOrDefault(broker, 0) / mean + traffic.of(broker);
    }
}
