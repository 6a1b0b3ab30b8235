package io.oxbow.s3stream;

import java.nio.ByteBuffer;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One append-only sequence of records, opened by this node at one epoch.
 *
 * <pre>
 *   startOffset ≤ committedEndOffset ≤ durableEndOffset ≤ nextOffset
 *   (trimmed)     (in data objects)    (in the WAL)       (assigned)
 * </pre>
 *
 * <p>{@code append} is called by one thread at a time (the partition's own lock), and so is {@code
 * trim}, which may go on beside an append, for it waits for the metadata log and maybe for an
 * upload; {@code read} and the offsets by any thread. No read shows anything at or beyond {@code
 * durableEndOffset}.
 */
public interface Stream {

    StreamName name();

    /** The metadata log's id for it: small, dense, never reused. */
    long streamId();

    /** Epoch at which this node opened it; an append of an older epoch is dropped by recovery. */
    long epoch();

    long startOffset();

    long committedEndOffset();

    long durableEndOffset();

    long nextOffset();

    /**
     * Appends {@code count} offsets' worth of records as one indivisible unit, at {@link
     * #nextOffset()}. The bytes are copied once, into the WAL's slab, before this returns. Blocks
     * when a memory bound or the WAL's space is reached, which is how producers are slowed down.
     *
     * @param records the bytes, from position to limit; left untouched
     * @param count how many offsets they take, at least 1
     * @param maxTimestamp the greatest record timestamp in milliseconds, -1 if none
     * @throws FencedException when the stream is no longer this node's
     */
    default Commit append(ByteBuffer records, int count, long maxTimestamp) {
        return append(records, count, maxTimestamp, null);
    }

    /**
     * As {@link #append(ByteBuffer, int, long)}.
     *
     * @param crc of the bytes or of the last of them, for whoever knows it
     */
    Commit append(ByteBuffer records, int count, long maxTimestamp, @Nullable KnownCrc crc);

    /**
     * As {@link #append(ByteBuffer, int, long, KnownCrc)}, for threads that must not wait: null,
     * and nothing is appended, where that might.
     */
    @Nullable Commit tryAppend(
            ByteBuffer records, int count, long maxTimestamp, @Nullable KnownCrc crc);

    /**
     * Reads whole appends from the one that holds {@code offset}, at least one if any is there, up
     * to about {@code maxBytes}, from memory, cache or the store. May block on the store. The
     * result must be closed when its bytes are no longer needed.
     *
     * @throws OffsetOutOfRangeException below the start or above {@link #durableEndOffset()}; at
     *     the durable end the result is empty
     */
    Fetched read(long offset, long maxBytes);

    /**
     * As {@link #read}, for threads that must not wait: null where that might. What is in memory is
     * given at once, be it less than {@code maxBytes} and the rest on its way.
     */
    @Nullable Fetched tryRead(long offset, long maxBytes);

    /**
     * Offset of the first append whose greatest timestamp is at or after {@code timestampMillis},
     * empty if there is none. The caller looks inside that append for the exact record.
     */
    OptionalLong firstAppendAtOrAfter(long timestampMillis);

    /**
     * The greatest record timestamp in the stream and the base offset of its append; empty if none.
     */
    java.util.Optional<TimestampedOffset> maxTimestamp();

    /** Bytes between start and next offset, as appended. */
    long sizeInBytes();

    /**
     * Where to trim so that at most about {@code keepBytes} remain (to a block) and nothing goes
     * that was appended at {@code appendedBeforeMillis} or later (to a data object): the lowest
     * offset to keep. Only what is in data objects is considered. Pass {@link Long#MAX_VALUE} /
     * {@link Long#MIN_VALUE} to leave one of them out.
     */
    long retentionOffset(long keepBytes, long appendedBeforeMillis);

    /**
     * Gives up everything below {@code newStartOffset}. Returns when the metadata log has it; a
     * lower start than the present one does nothing.
     */
    void trim(long newStartOffset);

    /**
     * Calls {@code listener} after each rise of {@link #durableEndOffset()}; short, must not block.
     */
    void onDurable(DurableListener listener);

    record TimestampedOffset(long timestampMillis, long offset) {}

    @FunctionalInterface
    interface DurableListener {
        void durable(long durableEndOffset);
    }
}
