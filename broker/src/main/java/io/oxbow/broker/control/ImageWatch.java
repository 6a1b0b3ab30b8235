package io.oxbow.broker.control;

import org.apache.kafka.image.MetadataImage;

/** Receives each new image after clients see it, on the loader's thread; must not block. */
@FunctionalInterface
public interface ImageWatch {
    void update(MetadataImage image, ImageChanges changes);
}
