package io.oxbow.s3stream.compact;

import io.oxbow.s3stream.AppendFilter;
import io.oxbow.s3stream.CommittedReader;
import io.oxbow.s3stream.FencedException;
import io.oxbow.s3stream.OffsetOutOfRangeException;
import io.oxbow.s3stream.ReadResult;
import io.oxbow.s3stream.RewriteResult;
import io.oxbow.s3stream.env.Clock;
import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.object.ObjectMissingException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Rewrites ranges of streams by a filter. The work goes run by run: whole extents become one
 * extent, or several if they are longer than the memory, in objects of their own, with a commit of
 * its own. Thread-safe; one call goes on at a time, which bounds the memory.
 */
public final class Rewriting {

    private static final int ENTRIES_PER_PAGE = 256;
    private static final AppendFilter.Decision KEEP = new AppendFilter.Decision.Keep();

    private final CompactionHost host;
    private final CommittedReader reader;
    private final Clock clock;
    private final long bytesPerSecond;
    private final Pace pace;
    private final long partBytesMax;
    private final Semaphore one = new Semaphore(1, true);

    /**
     * @param partBytesMax what is held in memory at a time; a longer extent becomes several
     */
    public Rewriting(
            CompactionHost host,
            CommittedReader reader,
            Clock clock,
            long bytesPerSecond,
            long partBytesMax) {
        this.host = host;
        this.reader = reader;
        this.clock = clock;
        this.bytesPerSecond = bytesPerSecond;
        this.pace = new Pace(host, clock, bytesPerSecond);
        this.partBytesMax = partBytesMax;
    }

    /** Progress of one call. */
    private static final class Progress {
        private long toOffset;
        private long bytesBefore;
        private long bytesAfter;

        Progress(long fromOffset) {
            this.toOffset = fromOffset;
        }

        void done(List<CoreImage.Entry> part, long after) {
            bytesBefore += bytesOf(part);
            bytesAfter += after;
            toOffset = part.getLast().endOffset();
        }

        RewriteResult done() {
            return new RewriteResult.Done(toOffset, bytesBefore, bytesAfter);
        }

        RewriteResult stale(String why) {
            return new RewriteResult.Stale(toOffset, bytesBefore, bytesAfter, why);
        }
    }

    /** Reads a range; see {@link io.oxbow.s3stream.StreamStore#readPaced}. */
    public CommittedReader.Cursor read(long streamId, long fromOffset, long toOffset) {
        return new PacedCursor(
                reader.read(streamId, fromOffset, toOffset), new Pace(host, clock, bytesPerSecond));
    }

    /** Rewrites a range; see {@link io.oxbow.s3stream.StreamStore#rewrite}. */
    public RewriteResult rewrite(
            long streamId, long fromOffset, long toOffset, AppendFilter filter) {
        one.acquireUninterruptibly();
        try {
            return rewriteAlone(streamId, fromOffset, toOffset, filter);
        } finally {
            one.release();
        }
    }

    private RewriteResult rewriteAlone(
            long streamId, long fromOffset, long toOffset, AppendFilter filter) {
        var progress = new Progress(fromOffset);
        while (true) {
            List<CoreImage.Entry> part = nextPart(streamId, toOffset, progress);
            if (part.isEmpty()) {
                return progress.done();
            }
            try {
                String stale = rewritePart(part, filter, progress);
                if (stale != null) {
                    return progress.stale(stale);
                }
            } catch (OffsetOutOfRangeException | ObjectMissingException movedOn) {
                return progress.stale(String.valueOf(movedOn.getMessage()));
            }
        }
    }

    /**
     * Returns the next adjacent entries that together fit into memory; one that does not comes
     * alone.
     */
    private List<CoreImage.Entry> nextPart(long streamId, long toOffset, Progress progress) {
        CoreImage image = host.image();
        long start = image.stream(streamId).map(CoreImage.StreamState::startOffset).orElse(0L);
        List<CoreImage.Entry> part = new ArrayList<>();
        while (true) {
            long from = part.isEmpty() ? progress.toOffset : part.getLast().endOffset();
            List<CoreImage.Entry> page = image.entries(streamId, from, ENTRIES_PER_PAGE);
            for (CoreImage.Entry entry : page) {
                // The first may have been trimmed in its middle.
                boolean whole = entry.startOffset() >= from || entry.startOffset() < start;
                boolean fits = part.isEmpty() || bytesOf(part) + entry.bytes() <= partBytesMax;
                if (entry.startOffset() >= toOffset || (!part.isEmpty() && !(whole && fits))) {
                    return part;
                }
                if (whole) {
                    part.add(entry);
                } else {
                    // The call began in its middle.
                    progress.toOffset = entry.endOffset();
                }
                from = entry.endOffset();
            }
            if (page.size() < ENTRIES_PER_PAGE || part.size() >= ENTRIES_PER_PAGE) {
                return part;
            }
        }
    }

    private static long bytesOf(List<CoreImage.Entry> part) {
        return part.stream().mapToLong(CoreImage.Entry::bytes).sum();
    }

    /** Rewrites and commits one run; returns null if that was done, else the reason against it. */
    private @Nullable String rewritePart(
            List<CoreImage.Entry> part, AppendFilter filter, Progress progress) {
        var outputs = new RewrittenOutputs(host, pace, partBytesMax, part.getFirst());
        try {
            readThrough(part, filter, outputs);
        } catch (Throwable e) {
            // What was put will not be committed.
            outputs.settle();
            throw e;
        }
        if (!outputs.isChanged()) {
            progress.done(part, bytesOf(part));
            return null;
        }
        List<CoreRecord.NewObject> objects = outputs.finish(part.getLast().endOffset());
        ApplyResult result = host.commit(record(part, objects));
        outputs.settle();
        boolean accepted =
                switch (result) {
                    case ApplyResult.Committed(var ranges) -> ranges.getFirst();
                    case ApplyResult.AlreadyApplied already ->
                            isReferenced(part, objects.getLast().key());
                    case ApplyResult.Fenced(var why) ->
                            throw new FencedException("node epoch was fenced: " + why);
                    default -> throw new IllegalStateException("rewriting was answered " + result);
                };
        if (accepted) {
            progress.done(part, outputs.bytes());
            return null;
        }
        return "offsets from %d to %d are not stored any more as they were when they were read"
                .formatted(part.getFirst().startOffset(), part.getLast().endOffset());
    }

    /**
     * Returns whether an attempt whose answer got lost was applied: the stream then refers to the
     * object.
     */
    private boolean isReferenced(List<CoreImage.Entry> part, String key) {
        return host.image().entries(part.getFirst().streamId(), -1, Integer.MAX_VALUE).stream()
                .anyMatch(entry -> entry.objectKey().equals(key));
    }

    private void readThrough(
            List<CoreImage.Entry> part, AppendFilter filter, RewrittenOutputs outputs) {
        long streamId = part.getFirst().streamId();
        long start =
                host.image().stream(streamId)
                        .map(CoreImage.StreamState::startOffset)
                        .orElseThrow(() -> new OffsetOutOfRangeException("no stream " + streamId));
        long from = Math.max(start, part.getFirst().startOffset());
        long to = part.getLast().endOffset();
        if (from >= to) {
            throw new OffsetOutOfRangeException(
                    "stream %d was trimmed to %d meanwhile".formatted(streamId, start));
        }
        try (CommittedReader.Cursor cursor = reader.read(streamId, from, to)) {
            for (ReadResult.Append append = cursor.next(); append != null; append = cursor.next()) {
                pace.take(append.records().remaining());
                AppendFilter.Decision decision = filter.decide(append);
                if (outputs.lacksBeginning() && !(decision instanceof AppendFilter.Decision.Keep)) {
                    copyKept(streamId, from, append.baseOffset(), outputs);
                }
                outputs.add(append, decision);
            }
        }
    }

    /** Copies appends that the filter has kept, which were too many to be held in memory. */
    private void copyKept(long streamId, long from, long to, RewrittenOutputs outputs) {
        outputs.begin();
        try (CommittedReader.Cursor cursor = reader.read(streamId, from, to)) {
            for (ReadResult.Append append = cursor.next(); append != null; append = cursor.next()) {
                pace.take(append.records().remaining());
                outputs.add(append, KEEP);
            }
        }
    }

    private CoreRecord record(List<CoreImage.Entry> part, List<CoreRecord.NewObject> objects) {
        var numbers = host.numbers();
        List<String> inputs =
                part.stream().map(CoreImage.Entry::objectKey).distinct().sorted().toList();
        return objects.size() == 1
                ? new CoreRecord.CompactObjects(
                        numbers.nodeId(),
                        numbers.nodeEpoch(),
                        numbers.settledBelow(),
                        inputs,
                        objects)
                : new CoreRecord.RewriteExtents(
                        numbers.nodeId(),
                        numbers.nodeEpoch(),
                        numbers.settledBelow(),
                        inputs,
                        objects);
    }
}
