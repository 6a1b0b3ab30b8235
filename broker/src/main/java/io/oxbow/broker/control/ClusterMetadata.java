package io.oxbow.broker.control;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.metadata.KRaftMetadataCache;
import org.apache.kafka.server.common.KRaftVersion;

/**
 * The newest image of the cluster that this broker has applied, with Kafka's look-ups on it, and a
 * way to wait for one. Thread-safe; published by the loader's thread.
 */
public final class ClusterMetadata {

    private final KRaftMetadataCache cache;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition published = lock.newCondition();
    private boolean closed;

    public ClusterMetadata(int nodeId) {
        this.cache = new KRaftMetadataCache(nodeId, () -> KRaftVersion.KRAFT_VERSION_0);
    }

    public KRaftMetadataCache cache() {
        return cache;
    }

    public MetadataImage image() {
        return cache.currentImage();
    }

    /** Offset of the last record in the image, -1 if it is empty. */
    public long offset() {
        return image().highestOffsetAndEpoch().offset();
    }

    void publish(MetadataImage image) {
        lock.lock();
        try {
            cache.setImage(image);
            published.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Blocks until an image fulfils {@code condition}.
     *
     * @return false when this was closed first
     */
    public boolean await(Predicate<MetadataImage> condition) throws InterruptedException {
        lock.lock();
        try {
            while (!condition.test(image())) {
                if (closed) {
                    return false;
                }
                published.await();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            published.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
