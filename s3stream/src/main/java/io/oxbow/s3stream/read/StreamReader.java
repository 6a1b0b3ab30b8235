package io.oxbow.s3stream.read;

import io.oxbow.s3stream.DamagedException;
import io.oxbow.s3stream.Fetched;
import io.oxbow.s3stream.OffsetOutOfRangeException;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.S3StreamException.Retry;
import io.oxbow.s3stream.Stream.TimestampedOffset;
import io.oxbow.s3stream.StreamName;
import io.oxbow.s3stream.cache.Damage;
import io.oxbow.s3stream.commit.Commands;
import io.oxbow.s3stream.env.Patience;
import io.oxbow.s3stream.tail.FetchedAppends;
import io.oxbow.s3stream.tail.LogReadBack;
import io.oxbow.s3stream.tail.ReadPlan;
import io.oxbow.s3stream.tail.Tail;
import io.oxbow.s3stream.tail.TailEntry;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What can be read of a stream, from its start to its durable end, wherever that lies: in the tail,
 * in the write-ahead log, or in data objects. Thread-safe.
 */
public final class StreamReader {

    private static final int PLAN_ATTEMPTS = 8;

    /** What is damaged may have been answered wrongly once. */
    private static final int DAMAGED_ATTEMPTS = 2;

    /** So long, what was found damaged is not asked for more than once a read. */
    private static final long KNOWN_NANOS = Duration.ofSeconds(30).toNanos();

    private final LogReadBack readBack;
    private final Commands commands;
    private final Patience patience;
    private final StreamName name;
    private final long streamId;
    private final Tail tail;
    private final CommittedRange committed;
    private volatile @Nullable Known known;
    private volatile long startOffset;

    /** What was found damaged last, after all attempts. */
    private record Known(DamagedException damage, long foundNanos) {}

    public StreamReader(
            StreamName name,
            Tail tail,
            LogReadBack readBack,
            CommittedRange committed,
            Commands commands,
            Patience patience,
            long startOffset) {
        this.name = name;
        this.readBack = readBack;
        this.commands = commands;
        this.patience = patience;
        this.streamId = committed.streamId();
        this.tail = tail;
        this.committed = committed;
        this.startOffset = startOffset;
    }

    public long startOffset() {
        return startOffset;
    }

    /** Nothing below is shown any more. */
    public synchronized void raiseStart(long newStartOffset) {
        startOffset = Math.max(startOffset, newStartOffset);
    }

    public Fetched read(long from, long maxBytes) {
        long offset = from;
        for (int attempt = 1; ; attempt++) {
            if (isAtEnd(offset)) {
                return FetchedAppends.nothing(offset);
            }
            Fetched fetched = readOnce(offset, maxBytes, attempt);
            if (fetched != null && !fetched.appends().isEmpty()) {
                return fetched;
            }
            if (fetched != null) {
                // All up to there was dropped by rewriting; the next append lies beyond.
                offset = fetched.nextOffset();
                attempt = 0;
                continue;
            }
            patience.pause(attempt, "plan the read of " + name);
            followStart();
        }
    }

    /** What of it is in memory; null when that is nothing, or needs a closer look. */
    public @Nullable Fetched tryRead(long offset, long maxBytes) {
        if (isAtEnd(offset)) {
            return FetchedAppends.nothing(offset);
        }
        return switch (tail.plan(offset, maxBytes)) {
            case ReadPlan.FromMemory(var inMemory) -> inMemory;
            case ReadPlan.FromLog spilled -> null;
            case ReadPlan.FromExtents extents -> tryReadExtents(offset, maxBytes);
        };
    }

    private @Nullable Fetched tryReadExtents(long offset, long maxBytes) {
        Fetched fetched = committed.tryRead(offset, maxBytes, tail.durableEndOffset());
        if (fetched != null && passesOver(fetched, offset)) {
            fetched.close();
            return null;
        }
        return fetched;
    }

    private boolean isAtEnd(long offset) {
        long end = tail.durableEndOffset();
        requireNotTrimmed(offset);
        if (offset > end) {
            throw outOfRange(offset);
        }
        return offset == end;
    }

    /** Whether anything between the offset that was asked for and the end is left out. */
    private static boolean passesOver(Fetched fetched, long offset) {
        long expected = offset;
        for (Fetched.Append append : fetched.appends()) {
            if (append.baseOffset() > expected) {
                return true;
            }
            expected = append.nextOffset();
        }
        return fetched.nextOffset() > expected;
    }

    private void requireNotTrimmed(long offset) {
        if (offset < startOffset) {
            throw outOfRange(offset);
        }
    }

    private OffsetOutOfRangeException outOfRange(long offset) {
        return new OffsetOutOfRangeException(
                "%s: offset %d is not in [%d, %d]"
                        .formatted(name, offset, startOffset, tail.durableEndOffset()));
    }

    private @Nullable Fetched readOnce(long offset, long maxBytes, int attempt) {
        S3StreamException cause = null;
        try {
            Fetched fetched =
                    switch (tail.plan(offset, maxBytes)) {
                        case ReadPlan.FromMemory(var inMemory) -> inMemory;
                        case ReadPlan.FromLog(var spilled) -> readBack.read(spilled, offset);
                        case ReadPlan.FromExtents extents -> readExtents(offset, maxBytes);
                    };
            if (fetched != null && fetched.nextOffset() > offset) {
                return fetched;
            }
        } catch (DamagedException e) {
            if (isFinal(e, attempt)) {
                throw e;
            }
            cause = e;
        }
        if (attempt == PLAN_ATTEMPTS) {
            throw new S3StreamException(
                    "%s: offset %d cannot be read: %s"
                            .formatted(
                                    name,
                                    offset,
                                    cause == null ? "no extent has it" : cause.getMessage()),
                    Retry.RETRYABLE,
                    cause);
        }
        return null;
    }

    /** Whether reading again cannot help: what was deleted meanwhile is elsewhere now. */
    private boolean isFinal(DamagedException e, int attempt) {
        followStart();
        if (e.fromOffset() < startOffset) {
            return false;
        }
        Known before = known;
        long now = patience.nanoTime();
        if (before != null
                && before.damage.objectKey().equals(e.objectKey())
                && before.damage.toOffset() == e.toOffset()
                && now - before.foundNanos < KNOWN_NANOS) {
            return true;
        }
        if (attempt < (Damage.mayPass(e) ? PLAN_ATTEMPTS : DAMAGED_ATTEMPTS)) {
            return false;
        }
        known = new Known(e, now);
        return true;
    }

    /** Looks something up again if an object that it needs was deleted meanwhile. */
    private <T> T lookUp(Supplier<T> question) {
        for (int attempt = 1; ; attempt++) {
            try {
                return question.get();
            } catch (DamagedException e) {
                if (isFinal(e, attempt) || attempt >= PLAN_ATTEMPTS) {
                    throw e;
                }
                patience.pause(attempt, "look up in " + name);
            }
        }
    }

    /**
     * Whoever has the stream after this node may have committed more of it: that is not shown here.
     */
    private Fetched readExtents(long offset, long maxBytes) {
        Fetched fetched = committed.read(offset, maxBytes, tail.durableEndOffset());
        if (passesOver(fetched, offset)) {
            // Dropped by rewriting, or trimmed meanwhile: only the image's start tells.
            followStart();
            if (offset < startOffset) {
                fetched.close();
                throw outOfRange(offset);
            }
        }
        return fetched;
    }

    /** Whoever has the stream after this node may have trimmed it, too. */
    private void followStart() {
        commands.image().stream(streamId).ifPresent(now -> raiseStart(now.startOffset()));
    }

    public OptionalLong firstAppendAtOrAfter(long timestampMillis) {
        // The tail first: what leaves it meanwhile is then found in objects, not missed.
        TailEntry entry = tail.firstAtOrAfter(timestampMillis);
        OptionalLong inObjects =
                lookUp(() -> committed.firstAppendAtOrAfter(startOffset, timestampMillis));
        if (inObjects.isPresent()) {
            return inObjects;
        }
        return entry == null ? OptionalLong.empty() : OptionalLong.of(entry.baseOffset());
    }

    public Optional<TimestampedOffset> maxTimestamp() {
        TailEntry entry = tail.newest();
        Optional<TimestampedOffset> inObjects = lookUp(() -> committed.maxTimestamp(startOffset));
        if (entry == null
                || (inObjects.isPresent()
                        && inObjects.get().timestampMillis() >= entry.maxTimestamp())) {
            return inObjects;
        }
        return Optional.of(new TimestampedOffset(entry.maxTimestamp(), entry.baseOffset()));
    }
}
