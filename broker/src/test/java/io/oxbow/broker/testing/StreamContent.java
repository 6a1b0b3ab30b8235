package io.oxbow.broker.testing;

import io.oxbow.s3stream.AppendFilter;
import io.oxbow.s3stream.CommittedReader;
import io.oxbow.s3stream.OffsetOutOfRangeException;
import io.oxbow.s3stream.ReadResult;
import io.oxbow.s3stream.RewriteResult;
import io.oxbow.s3stream.Stream.TimestampedOffset;
import io.oxbow.s3stream.StreamName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One stream's appends and offsets. */
final class StreamContent {

    private final StreamName name;
    private final long streamId;
    private final AtomicInteger unclosedReads;
    private final TreeMap<Long, StoredAppend> appends = new TreeMap<>();
    private long epoch;
    private long startOffset;
    private long committedEndOffset;
    private long durableEndOffset;
    private long nextOffset;

    StreamContent(StreamName name, long streamId, AtomicInteger unclosedReads) {
        this.name = name;
        this.streamId = streamId;
        this.unclosedReads = unclosedReads;
    }

    StreamName name() {
        return name;
    }

    long streamId() {
        return streamId;
    }

    synchronized void nextEpoch() {
        epoch++;
    }

    synchronized long epoch() {
        return epoch;
    }

    synchronized long startOffset() {
        return startOffset;
    }

    synchronized long committedEndOffset() {
        return committedEndOffset;
    }

    synchronized long durableEndOffset() {
        return durableEndOffset;
    }

    synchronized long nextOffset() {
        return nextOffset;
    }

    synchronized void add(StoredAppend append) {
        appends.put(append.baseOffset(), append);
        nextOffset = append.nextOffset();
    }

    synchronized void durable(long endOffset) {
        durableEndOffset = endOffset;
    }

    synchronized void upload() {
        committedEndOffset = durableEndOffset;
    }

    synchronized void trim(long newStartOffset) {
        if (newStartOffset > durableEndOffset) {
            throw new OffsetOutOfRangeException(
                    "trim to %d, durable end %d".formatted(newStartOffset, durableEndOffset));
        }
        if (newStartOffset > startOffset) {
            startOffset = newStartOffset;
            committedEndOffset = Math.max(committedEndOffset, newStartOffset);
            appends.headMap(newStartOffset)
                    .values()
                    .removeIf(a -> a.nextOffset() <= newStartOffset);
        }
    }

    /** Reads the committed appends as they are now. */
    synchronized CommittedReader.Cursor readCommitted(long fromOffset, long toOffset) {
        if (fromOffset < startOffset || toOffset > committedEndOffset) {
            throw new OffsetOutOfRangeException(
                    "[%d, %d) is not in [%d, %d)"
                            .formatted(fromOffset, toOffset, startOffset, committedEndOffset));
        }
        var found =
                appends.headMap(toOffset).values().stream()
                        .filter(append -> append.nextOffset() > fromOffset)
                        .map(StoredAppend::toAppend)
                        .iterator();
        return new CommittedReader.Cursor() {
            @Override
            public ReadResult.@Nullable Append next() {
                return found.hasNext() ? found.next() : null;
            }

            @Override
            public void close() {}
        };
    }

    synchronized long committedBytes(long fromOffset, long toOffset) {
        return appends.subMap(fromOffset, Math.max(fromOffset, toOffset)).values().stream()
                .mapToLong(append -> append.bytes().length)
                .sum();
    }

    /** Appends that lie wholly in the range and are committed, one by one. */
    synchronized RewriteResult rewrite(long fromOffset, long toOffset, AppendFilter filter) {
        long done = Math.max(fromOffset, Math.min(toOffset, committedEndOffset));
        long before = 0;
        long after = 0;
        for (StoredAppend append : List.copyOf(appends.tailMap(fromOffset).values())) {
            if (append.nextOffset() > done) {
                break;
            }
            StoredAppend rewritten = append.decided(filter);
            before += append.bytes().length;
            if (rewritten == null) {
                appends.remove(append.baseOffset());
            } else {
                appends.put(append.baseOffset(), rewritten);
                after += rewritten.bytes().length;
            }
        }
        return new RewriteResult.Done(done, before, after);
    }

    synchronized ReadResult read(long offset, long bytesMax) {
        if (offset < startOffset || offset > durableEndOffset) {
            throw new OffsetOutOfRangeException(
                    "offset %d outside [%d, %d]".formatted(offset, startOffset, durableEndOffset));
        }
        var found = new ArrayList<StoredAppend>();
        long size = 0;
        Long first = appends.floorKey(offset);
        for (StoredAppend append : appends.tailMap(first == null ? offset : first).values()) {
            boolean full = !found.isEmpty() && size + append.bytes().length > bytesMax;
            if (full || append.nextOffset() > durableEndOffset) {
                break;
            }
            if (append.nextOffset() > offset) {
                found.add(append);
                size += append.bytes().length;
            }
        }
        return InMemoryFetched.of(
                found, found.isEmpty() ? durableEndOffset : offset, unclosedReads);
    }

    synchronized OptionalLong firstAppendAtOrAfter(long timestampMillis) {
        return live().stream()
                .filter(append -> append.maxTimestamp() >= timestampMillis)
                .mapToLong(StoredAppend::baseOffset)
                .findFirst();
    }

    synchronized Optional<TimestampedOffset> maxTimestamp() {
        return live().stream()
                .max(
                        Comparator.comparingLong(StoredAppend::maxTimestamp)
                                .thenComparing(
                                        Comparator.comparingLong(StoredAppend::baseOffset)
                                                .reversed()))
                .map(append -> new TimestampedOffset(append.maxTimestamp(), append.baseOffset()));
    }

    synchronized long sizeInBytes() {
        return appends.values().stream().mapToLong(append -> append.bytes().length).sum();
    }

    synchronized long retentionOffset(long keepBytes, long appendedBefore) {
        long kept = sizeInBytes();
        long offset = startOffset;
        for (StoredAppend append : appends.values()) {
            boolean expendable = kept > keepBytes || append.appendTimeMillis() < appendedBefore;
            if (!expendable || append.nextOffset() > committedEndOffset) {
                break;
            }
            kept -= append.bytes().length;
            offset = append.nextOffset();
        }
        return offset;
    }

    synchronized StreamContent durablePart(AtomicInteger reads) {
        var copy = new StreamContent(name, streamId, reads);
        copy.epoch = epoch;
        copy.startOffset = startOffset;
        copy.committedEndOffset = committedEndOffset;
        copy.durableEndOffset = durableEndOffset;
        copy.nextOffset = durableEndOffset;
        live().forEach(append -> copy.appends.put(append.baseOffset(), append));
        return copy;
    }

    private List<StoredAppend> live() {
        return appends.values().stream()
                .filter(append -> append.nextOffset() <= durableEndOffset)
                .toList();
    }
}
