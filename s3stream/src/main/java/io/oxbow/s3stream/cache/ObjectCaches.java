package io.oxbow.s3stream.cache;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.composite.CompositeReader;
import io.oxbow.s3stream.composite.CompositeSource;
import io.oxbow.s3stream.config.StreamStoreConfig;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.object.ObjectIndex;
import io.oxbow.s3stream.object.ObjectReader;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Caches of data objects' indexes and blocks, shared by all readers of a node. Thread-safe. */
public final class ObjectCaches implements BlockWalk.IndexSource {

    private static final Logger LOG = LoggerFactory.getLogger(ObjectCaches.class);

    /**
     * Multiple of a block's size that may be evicted to make room for the block, since free memory
     * may be fragmented.
     */
    private static final int EVICTED_PER_READ = 4;

    private final Supplier<CoreImage> image;
    private final ObjectReader objects;
    private final CompositeCache composites;
    private final SharedCache<String, ObjectIndex> indexes;
    private final SharedCache<BlockAddress, CachedBlock> blocks;
    private final BlockMemory memory;
    private final ThreadFactory threads;
    private final int prefetchesMax;
    private final Semaphore prefetches;

    /** Addresses of blocks that are being prefetched, or are waiting for their turn. */
    private final Set<BlockAddress> ahead = ConcurrentHashMap.newKeySet();

    private final Readahead readahead;
    private final AtomicLong prefetched = new AtomicLong();

    public ObjectCaches(
            Supplier<CoreImage> image,
            ObjectReader objects,
            CompositeReader composites,
            StreamStoreConfig.Reads config,
            ThreadFactory threads) {
        this.image = image;
        this.objects = objects;
        this.threads = threads;
        this.prefetchesMax = config.prefetchesMax();
        this.prefetches = new Semaphore(prefetchesMax, true);
        long forComposites = config.indexCacheBytes() / 4;
        this.composites = new CompositeCache(composites, forComposites);
        this.indexes =
                new SharedCache<>(
                        config.indexCacheBytes() - forComposites, ObjectIndex::sizeInBytes);
        this.memory = new BlockMemory(config.blockCacheBytes());
        this.blocks = new SharedCache<>(config.blockCacheBytes(), new BlockOwnership());
        // More would drive each other out of the cache before anybody has read them.
        this.readahead = new Readahead(this, config.readaheadBytes(), config.blockCacheBytes() / 2);
    }

    /**
     * Sizes and references of cached blocks; a block that was read onto the heap for want of room
     * is not kept.
     */
    private final class BlockOwnership implements SharedCache.Ownership<CachedBlock> {
        @Override
        public long sizeInBytes(CachedBlock value) {
            int bytes = value.block().sizeInBytes();
            return value.isOnHeap() && memory.fits(bytes) ? Long.MAX_VALUE : bytes;
        }

        @Override
        public void retain(CachedBlock value) {
            value.retain();
        }

        @Override
        public void release(CachedBlock value) {
            value.release();
        }

        @Override
        public boolean wasUsedUp(CachedBlock value) {
            return value.wasReadToItsEnd();
        }

        @Override
        public boolean isInUse(CachedBlock value) {
            return value.isInUse();
        }
    }

    private record BlockAddress(String key, long position) {
        public static BlockAddress of(BlockWalk.Located block) {
            return new BlockAddress(block.key(), block.entry().position());
        }
    }

    public CoreImage image() {
        return image.get();
    }

    public Readahead readahead() {
        return readahead;
    }

    /** Returns whether the block is in memory or being loaded. */
    public boolean hasOrLoads(BlockWalk.Located where) {
        return hasOrLoads(BlockAddress.of(where));
    }

    private boolean hasOrLoads(BlockAddress address) {
        return ahead.contains(address) || blocks.hasOrLoads(address);
    }

    @Override
    public ObjectIndex index(String key, long objectSize) {
        return indexes.get(key, () -> objects.index(key, objectSize));
    }

    public CompositeSource composites() {
        return composites;
    }

    public BlockWalk walk(long streamId, long fromOffset) {
        return walk(streamId, fromOffset, entry -> true);
    }

    /**
     * @param wanted extents and parts that it is false of are passed over unread
     */
    public BlockWalk walk(long streamId, long fromOffset, Predicate<CoreImage.Entry> wanted) {
        return new BlockWalk(new ExtentWalk(image, composites, streamId, fromOffset, wanted), this);
    }

    /**
     * Returns a walk that reads nothing: it ends where an index is not in memory, and at the first
     * part.
     */
    public BlockWalk walkInMemory(long streamId, long fromOffset) {
        return new BlockWalk(
                new ExtentWalk(image, null, streamId, fromOffset, entry -> true),
                (key, objectSize) -> indexes.getIfPresent(key));
    }

    /** Returns the block with a reference for the caller, or null when it is not in memory. */
    public @Nullable CachedBlock blockInMemory(BlockWalk.Located where) {
        return blocks.getIfPresent(BlockAddress.of(where));
    }

    /** Returns the block with a reference for the caller, loading it if need be. */
    public CachedBlock block(BlockWalk.Located where) {
        return blocks.get(BlockAddress.of(where), () -> fetch(where, room(where.entry().size())));
    }

    private CachedBlock fetch(BlockWalk.Located where, BlockMemory.@Nullable Piece room) {
        if (room == null) {
            return CachedBlock.onHeap(objects.block(where.key(), where.entry()));
        }
        boolean read = false;
        try {
            var block = objects.block(where.key(), where.entry(), room.buffer());
            read = true;
            return new CachedBlock(block, room);
        } finally {
            if (!read) {
                room.free();
            }
        }
    }

    /** Takes memory for a block, evicting older blocks; null when readers hold too much. */
    private BlockMemory.@Nullable Piece room(int bytes) {
        BlockMemory.Piece room = memory.take(bytes);
        long evicted = 0;
        while (room == null && memory.fits(bytes) && evicted < (long) EVICTED_PER_READ * bytes) {
            long more = blocks.evictOldest();
            if (more == 0) {
                return null;
            }
            evicted += more;
            room = memory.take(bytes);
        }
        return room;
    }

    /**
     * Starts to load a block that is not in memory, once few enough other prefetches are under way.
     * A reader that needs the block before that loads it itself.
     *
     * @return false when nothing is fetched ahead
     */
    public boolean prefetch(BlockWalk.Located where) {
        if (prefetchesMax == 0) {
            return false;
        }
        var address = BlockAddress.of(where);
        if (!blocks.hasOrLoads(address) && ahead.add(address)) {
            threads.newThread(() -> load(address, where)).start();
        }
        return true;
    }

    private void load(BlockAddress address, BlockWalk.Located where) {
        prefetches.acquireUninterruptibly();
        try {
            BlockMemory.Piece room = room(where.entry().size());
            if (room == null && memory.fits(where.entry().size())) {
                return;
            }
            if (blocks.fetchAhead(address, () -> fetch(where, room))) {
                prefetched.incrementAndGet();
            } else if (room != null) {
                room.free();
            }
        } catch (S3StreamException e) {
            LOG.debug("prefetch: {}", e.getMessage());
        } finally {
            ahead.remove(address);
            prefetches.release();
        }
    }

    public long blockBytes() {
        return blocks.bytes();
    }

    /** Returns the bytes of blocks that readers have views of. */
    public long shownBytes() {
        return memory.shownBytes();
    }

    public long indexBytes() {
        return indexes.bytes();
    }

    /** Returns the number of blocks that were in memory, or being loaded, when asked for. */
    public long hits() {
        return blocks.hits();
    }

    /** Returns the number of blocks that had to be loaded when asked for, prefetches included. */
    public long misses() {
        return blocks.misses();
    }

    /** Returns the number of blocks that were prefetched. */
    public long prefetches() {
        return prefetched.get();
    }
}
