package io.oxbow.s3stream.read;

import io.oxbow.s3stream.CommittedReader;
import io.oxbow.s3stream.OffsetOutOfRangeException;
import io.oxbow.s3stream.cache.CompositeCache;
import io.oxbow.s3stream.commit.Bucket;
import io.oxbow.s3stream.composite.CompositeReader;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.env.Patience;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.s3stream.object.ObjectReader;
import io.oxbow.s3stream.store.ObjectStore;

/** Reads committed data past the caches, a few megabytes per request. Thread-safe. */
public final class ExtentReader implements CommittedReader {

    /** Cache for one walk, which needs an index and a block per level of composites at a time. */
    private static final long COMPOSITE_CACHE_BYTES = 4 << 20;

    private final MetadataLog log;
    private final Patience patience;
    private final ExtentCursor.Sources sources;

    public ExtentReader(ObjectStore store, MetadataLog log, Environment environment) {
        this(store, log, new Patience(environment, () -> false));
    }

    public ExtentReader(ObjectStore store, MetadataLog log, Patience patience) {
        this.log = log;
        this.patience = patience;
        var bucket = new Bucket(store, patience);
        this.sources =
                new ExtentCursor.Sources(
                        log::image,
                        new ObjectReader(bucket),
                        new CompositeCache(new CompositeReader(bucket), COMPOSITE_CACHE_BYTES));
    }

    @Override
    public Cursor read(long streamId, long fromOffset, long toOffset) {
        CoreImage.StreamState stream =
                log.image().stream(streamId)
                        .orElseThrow(() -> new OffsetOutOfRangeException("no stream " + streamId));
        if (fromOffset < stream.startOffset()
                || toOffset > stream.endOffset()
                || fromOffset > toOffset) {
            throw new OffsetOutOfRangeException(
                    "stream %d: [%d, %d) is not in [%d, %d)"
                            .formatted(
                                    streamId,
                                    fromOffset,
                                    toOffset,
                                    stream.startOffset(),
                                    stream.endOffset()));
        }
        return new ExtentCursor(
                sources, patience, new ExtentCursor.Span(streamId, fromOffset, toOffset));
    }
}
