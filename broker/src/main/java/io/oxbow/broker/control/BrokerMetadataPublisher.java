package io.oxbow.broker.control;

import java.util.List;
import org.apache.kafka.image.MetadataDelta;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.loader.LoaderManifest;
import org.apache.kafka.image.publisher.MetadataPublisher;

/**
 * Applies each new image to this broker: first to listeners, then to the metadata that clients see,
 * then to partitions, which take longest. Called on the loader's thread; nothing here blocks.
 */
public final class BrokerMetadataPublisher implements MetadataPublisher {

    /** Receives every delta, before clients see the image. */
    @FunctionalInterface
    public interface DeltaListener {
        void changed(MetadataDelta delta, MetadataImage image);
    }

    private final ClusterMetadata metadata;
    private final List<DeltaListener> listeners;
    private final List<ImageWatch> watches;

    public BrokerMetadataPublisher(
            ClusterMetadata metadata, List<DeltaListener> listeners, List<ImageWatch> watches) {
        this.metadata = metadata;
        this.listeners = List.copyOf(listeners);
        this.watches = List.copyOf(watches);
    }

    @Override
    public String name() {
        return "broker";
    }

    @Override
    public void onMetadataUpdate(
            MetadataDelta delta, MetadataImage newImage, LoaderManifest manifest) {
        for (DeltaListener listener : listeners) {
            listener.changed(delta, newImage);
        }
        metadata.publish(newImage);
        ImageChanges changes = ImageChanges.of(delta, newImage);
        watches.forEach(watch -> watch.update(newImage, changes));
    }
}
