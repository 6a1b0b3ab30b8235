package io.oxbow.s3stream.read;

import io.oxbow.s3stream.DamagedException;
import io.oxbow.s3stream.OffsetOutOfRangeException;
import io.oxbow.s3stream.ReadResult;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.S3StreamException.Retry;
import io.oxbow.s3stream.Stream.TimestampedOffset;
import io.oxbow.s3stream.StreamName;
import io.oxbow.s3stream.cache.Damage;
import io.oxbow.s3stream.commit.Commands;
import io.oxbow.s3stream.env.Patience;
import io.oxbow.s3stream.tail.HeapReadResult;
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
 * Reads one stream, from its start to its durable end: from the tail, the write-ahead log or data
 * objects. Thread-safe.
 */
public final class StreamReader {

    private static final int PLAN_ATTEMPTS = 8;

    /** Number of attempts at damaged bytes, because one answer of the store may have been wrong. */
    private static final int DAMAGED_ATTEMPTS = 2;

    /**
     * Time for which a damage that was found is remembered, so that each read asks for the damaged
     * object only once.
     */
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

    /** Damage that was found last, after all attempts. */
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

    /** Hides everything below {@code newStartOffset} from reads. */
    public synchronized void raiseStart(long newStartOffset) {
        startOffset = Math.max(startOffset, newStartOffset);
    }

    public ReadResult read(long from, long bytesMax) {
        long offset = from;
        for (int attempt = 1; ; attempt++) {
            if (isAtEnd(offset)) {
                return HeapReadResult.nothing(offset);
            }
            ReadResult fetched = readOnce(offset, bytesMax, attempt);
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

    /**
     * Reads what is in memory; null when that is nothing, or when offsets are missing that only a
     * full read can explain.
     */
    public @Nullable ReadResult tryRead(long offset, long bytesMax) {
        if (isAtEnd(offset)) {
            return HeapReadResult.nothing(offset);
        }
        return switch (tail.plan(offset, bytesMax)) {
            case ReadPlan.FromMemory(var inMemory) -> inMemory;
            case ReadPlan.FromLog spilled -> null;
            case ReadPlan.FromExtents extents -> tryReadExtents(offset, bytesMax);
        };
    }

    private @Nullable ReadResult tryReadExtents(long offset, long bytesMax) {
        ReadResult fetched = committed.tryRead(offset, bytesMax, tail.durableEndOffset());
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

    /** Returns whether the result leaves a gap between {@code offset} and its end. */
    private static boolean passesOver(ReadResult fetched, long offset) {
        long expected = offset;
        for (ReadResult.Append append : fetched.appends()) {
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

    private @Nullable ReadResult readOnce(long offset, long bytesMax, int attempt) {
        S3StreamException cause = null;
        try {
            ReadResult fetched =
                    switch (tail.plan(offset, bytesMax)) {
                        case ReadPlan.FromMemory(var inMemory) -> inMemory;
                        case ReadPlan.FromLog(var spilled) -> readBack.read(spilled, offset);
                        case ReadPlan.FromExtents extents -> readExtents(offset, bytesMax);
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

    /**
     * Returns whether the damage is final: reading again cannot help. It is not final when the
     * object may have been deleted because its content moved.
     */
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

    /** Runs a lookup, and repeats it if an object that it needs was deleted meanwhile. */
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
     * Reads from data objects up to this node's durable end: a later owner of the stream may have
     * committed more.
     */
    private ReadResult readExtents(long offset, long bytesMax) {
        ReadResult fetched = committed.read(offset, bytesMax, tail.durableEndOffset());
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

    /**
     * Raises the start offset to that of the image: a later owner of the stream may have trimmed
     * it.
     */
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
