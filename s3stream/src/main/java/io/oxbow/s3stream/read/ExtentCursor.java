package io.oxbow.s3stream.read;

import io.oxbow.s3stream.CommittedReader;
import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.DamagedException;
import io.oxbow.s3stream.OffsetOutOfRangeException;
import io.oxbow.s3stream.ReadResult;
import io.oxbow.s3stream.cache.BlockWalk;
import io.oxbow.s3stream.cache.Damage;
import io.oxbow.s3stream.cache.ExtentWalk;
import io.oxbow.s3stream.composite.CompositeSource;
import io.oxbow.s3stream.env.Patience;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.object.Block;
import io.oxbow.s3stream.object.BlockEntry;
import io.oxbow.s3stream.object.ObjectIndex;
import io.oxbow.s3stream.object.ObjectMissingException;
import io.oxbow.s3stream.object.ObjectReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Cursor over committed appends that reads adjacent blocks in one request. */
final class ExtentCursor implements CommittedReader.Cursor {

    private static final int REQUEST_BYTES = 4 << 20;
    private static final int PLAN_ATTEMPTS = 8;
    private static final int DAMAGED_ATTEMPTS = 2;

    private final Sources sources;
    private final Patience patience;
    private final Span span;
    private final ArrayDeque<ReadResult.Append> ready = new ArrayDeque<>();

    /** Offset below which all appends are ready, were returned, or were dropped. */
    private long offset;

    private @Nullable BlockWalk walk;
    private BlockWalk.@Nullable Located ahead;
    private @Nullable String indexKey;
    private @Nullable ObjectIndex index;

    /** Range of one stream that the cursor covers. */
    record Span(long streamId, long fromOffset, long toOffset) {}

    /** Sources of the cursor: the metadata image, data objects and composites. */
    record Sources(Supplier<CoreImage> image, ObjectReader objects, CompositeSource composites) {}

    ExtentCursor(Sources sources, Patience patience, Span span) {
        this.sources = sources;
        this.patience = patience;
        this.span = span;
        this.offset = span.fromOffset();
    }

    @Override
    public ReadResult.@Nullable Append next() {
        while (ready.isEmpty() && offset < span.toOffset()) {
            fetch();
        }
        return ready.poll();
    }

    @Override
    public void close() {
        ready.clear();
    }

    private void fetch() {
        for (int attempt = 1; ; attempt++) {
            DamagedException damage = null;
            try {
                if (fetchOnce()) {
                    return;
                }
            } catch (DamagedException e) {
                damage = e;
            }
            walk = null;
            ahead = null;
            requireNotTrimmed();
            boolean mayPass = damage == null || Damage.mayPass(damage);
            if (attempt == (mayPass ? PLAN_ATTEMPTS : DAMAGED_ATTEMPTS)) {
                throw damage == null ? unreadable() : damage;
            }
            patience.pause(attempt, "plan a read of stream " + span.streamId());
        }
    }

    private CorruptException unreadable() {
        return new CorruptException(
                "stream %d: offset %d cannot be read at slot %d of the metadata log: no extent has it"
                        .formatted(span.streamId(), offset, sources.image().get().slot()));
    }

    private boolean fetchOnce() {
        List<BlockWalk.Located> run = nextRun();
        if (run.isEmpty()) {
            return false;
        }
        List<Block> blocks = blocks(run);
        long before = offset;
        for (int i = 0; i < blocks.size(); i++) {
            BlockWalk.Located where = run.get(i);
            blocks.get(i).visit(where.fromOffset(), new Taking(where));
        }
        return offset > before;
    }

    /** Reads the blocks of a run, or only the first when one of the others is damaged. */
    private List<Block> blocks(List<BlockWalk.Located> run) {
        if (run.size() > 1) {
            try {
                return blocksAt(run);
            } catch (CorruptException | ObjectMissingException e) {
                // One of them; those before it are of use. The walk starts anew behind the first.
                walk = null;
                ahead = null;
            }
        }
        List<BlockWalk.Located> first = run.subList(0, 1);
        return Damage.in(span.streamId(), run.getFirst()).reading(() -> blocksAt(first));
    }

    private List<Block> blocksAt(List<BlockWalk.Located> run) {
        List<BlockEntry> entries = run.stream().map(BlockWalk.Located::entry).toList();
        return sources.objects().blocks(run.getFirst().key(), entries);
    }

    /** Collects the appends of one block that lie in the span. */
    private final class Taking implements Block.Visitor {
        private final BlockWalk.Located where;

        Taking(BlockWalk.Located where) {
            this.where = where;
        }

        @Override
        public boolean append(ReadResult.Append append) {
            if (!isWanted(append.baseOffset())) {
                return false;
            }
            ready.add(append);
            offset = append.nextOffset();
            return true;
        }

        @Override
        public boolean gap(long fromOffset, long toOffset) {
            if (!isWanted(fromOffset)) {
                return false;
            }
            // Compaction leaves a gap for what was trimmed, too.
            requireNotTrimmed();
            offset = Math.min(toOffset, where.toOffset());
            return true;
        }

        private boolean isWanted(long baseOffset) {
            if (baseOffset >= Math.min(where.toOffset(), span.toOffset())) {
                return false;
            }
            if (baseOffset > offset) {
                requireNotTrimmed();
                throw new CorruptException(
                        "stream %d: offsets [%d, %d) are missing before object %s"
                                .formatted(span.streamId(), offset, baseOffset, where.key()));
            }
            return true;
        }
    }

    /** Returns the next blocks that are adjacent in one object. */
    private List<BlockWalk.Located> nextRun() {
        BlockWalk from = walk;
        if (from == null) {
            var extents =
                    new ExtentWalk(
                            sources.image(),
                            sources.composites(),
                            span.streamId(),
                            offset,
                            entry -> true);
            from = new BlockWalk(extents, this::index);
            walk = from;
        }
        List<BlockWalk.Located> run = new ArrayList<>();
        long bytes = 0;
        BlockWalk.Located block = ahead == null ? from.next() : ahead;
        while (block != null
                && block.entry().startOffset() < span.toOffset()
                && (run.isEmpty() || (touches(run.getLast(), block) && bytes < REQUEST_BYTES))) {
            run.add(block);
            bytes += block.entry().size();
            try {
                block = from.next();
            } catch (DamagedException e) {
                // It is met again when what lies before has been read.
                walk = null;
                block = null;
            }
        }
        ahead = block;
        return run;
    }

    private static boolean touches(BlockWalk.Located a, BlockWalk.Located b) {
        return a.key().equals(b.key())
                && a.entry().position() + a.entry().size() == b.entry().position();
    }

    private ObjectIndex index(String key, long objectSize) {
        ObjectIndex kept = index;
        if (kept == null || !key.equals(indexKey)) {
            kept = sources.objects().index(key, objectSize);
            index = kept;
            indexKey = key;
        }
        return kept;
    }

    private void requireNotTrimmed() {
        boolean there =
                sources.image().get().stream(span.streamId())
                        .filter(s -> s.startOffset() <= offset)
                        .isPresent();
        if (!there) {
            throw new OffsetOutOfRangeException(
                    "stream %d was trimmed beyond %d while being read"
                            .formatted(span.streamId(), offset));
        }
    }
}
