package io.oxbow.s3stream.stream;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.composite.CompositeReader;
import io.oxbow.s3stream.composite.CompositeSource;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.object.Block;
import io.oxbow.s3stream.object.ObjectIndex;
import io.oxbow.s3stream.object.ObjectReader;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Indexes and blocks of data objects, kept in memory and shared by all readers of a node.
 * Thread-safe.
 */
final class ObjectCaches implements BlockWalk.IndexSource {

    private static final Logger LOG = LoggerFactory.getLogger(ObjectCaches.class);

    private final Supplier<CoreImage> image;
    private final ObjectReader objects;
    private final CompositeCache composites;
    private final SharedCache<String, ObjectIndex> indexes;
    private final SharedCache<BlockAddress, Block> blocks;
    private final ThreadFactory threads;
    private final Semaphore prefetches;
    private final Readahead readahead;
    private final AtomicLong prefetched = new AtomicLong();

    ObjectCaches(
            Supplier<CoreImage> image,
            ObjectReader objects,
            CompositeReader composites,
            StreamStoreConfig.Reads config,
            ThreadFactory threads) {
        this.image = image;
        this.objects = objects;
        this.threads = threads;
        this.prefetches = new Semaphore(config.maxPrefetches());
        long forComposites = config.indexCacheBytes() / 4;
        this.composites = new CompositeCache(composites, forComposites);
        this.indexes =
                new SharedCache<>(
                        config.indexCacheBytes() - forComposites, ObjectIndex::sizeInBytes);
        this.blocks = new SharedCache<>(config.blockCacheBytes(), Block::sizeInBytes);
        // More would drive each other out of the cache before anybody has read them.
        this.readahead = new Readahead(this, config.readaheadBytes(), config.blockCacheBytes() / 2);
    }

    private record BlockAddress(String key, long position) {
        static BlockAddress of(BlockWalk.Located block) {
            return new BlockAddress(block.key(), block.entry().position());
        }
    }

    CoreImage image() {
        return image.get();
    }

    Readahead readahead() {
        return readahead;
    }

    /** Whether the block is in memory or on its way there. */
    boolean hasOrLoads(BlockWalk.Located where) {
        return blocks.hasOrLoads(BlockAddress.of(where));
    }

    @Override
    public ObjectIndex index(String key, long objectSize) {
        return indexes.get(key, () -> objects.index(key, objectSize));
    }

    CompositeSource composites() {
        return composites;
    }

    BlockWalk walk(long streamId, long fromOffset) {
        return walk(streamId, fromOffset, entry -> true);
    }

    /**
     * @param wanted extents and parts that it is false of are passed over unread
     */
    BlockWalk walk(long streamId, long fromOffset, Predicate<CoreImage.Entry> wanted) {
        return new BlockWalk(new ExtentWalk(image, composites, streamId, fromOffset, wanted), this);
    }

    Block block(BlockWalk.Located where) {
        return blocks.get(BlockAddress.of(where), () -> fetch(where));
    }

    private Block fetch(BlockWalk.Located where) {
        return objects.block(where.key(), where.entry());
    }

    /** Starts loading a block that is not here; false when too much is being fetched already. */
    boolean prefetch(BlockWalk.Located where) {
        if (hasOrLoads(where)) {
            return true;
        }
        if (!prefetches.tryAcquire()) {
            return false;
        }
        prefetched.incrementAndGet();
        threads.newThread(() -> load(where)).start();
        return true;
    }

    private void load(BlockWalk.Located where) {
        try {
            blocks.fetchAhead(BlockAddress.of(where), () -> fetch(where));
        } catch (S3StreamException e) {
            LOG.debug("prefetch: {}", e.getMessage());
        } finally {
            prefetches.release();
        }
    }

    long blockBytes() {
        return blocks.bytes();
    }

    long indexBytes() {
        return indexes.bytes();
    }

    /** Blocks that were asked for and were in memory, or on their way there. */
    long hits() {
        return blocks.hits();
    }

    /** Blocks that whoever asked for them had to fetch, prefetching included. */
    long misses() {
        return blocks.misses();
    }

    /** Blocks that were fetched before anybody had asked for them. */
    long prefetches() {
        return prefetched.get();
    }
}
