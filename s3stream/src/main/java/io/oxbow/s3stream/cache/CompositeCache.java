package io.oxbow.s3stream.cache;

import io.oxbow.s3stream.composite.CompositeBlock;
import io.oxbow.s3stream.composite.CompositeIndex;
import io.oxbow.s3stream.composite.CompositeSource;

/**
 * Cache of composites' indexes and blocks, bounded in bytes. Thread-safe; blocks on what is behind
 * it.
 */
public final class CompositeCache implements CompositeSource {

    private final CompositeSource source;
    private final SharedCache<String, CompositeIndex> indexes;
    private final SharedCache<BlockAddress, CompositeBlock> blocks;

    private record BlockAddress(String key, int number) {}

    public CompositeCache(CompositeSource source, long bytesMax) {
        this.source = source;
        this.indexes = new SharedCache<>(bytesMax / 2, CompositeIndex::sizeInBytes);
        this.blocks = new SharedCache<>(bytesMax / 2, CompositeBlock::sizeInBytes);
    }

    @Override
    public CompositeIndex index(String key, long objectSize) {
        return indexes.get(key, () -> source.index(key, objectSize));
    }

    @Override
    public CompositeBlock block(CompositeIndex index, int number) {
        return blocks.get(new BlockAddress(index.key(), number), () -> source.block(index, number));
    }
}
