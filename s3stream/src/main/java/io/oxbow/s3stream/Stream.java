package io.oxbow.s3stream;

import java.nio.ByteBuffer;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Append-only sequence of records, opened by this node at one epoch.
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

    /** Returns the id that the metadata log gave the stream: small, dense, never reused. */
    long streamId();

    /**
     * Returns the epoch at which this node opened the stream; recovery drops appends of an older
     * epoch.
     */
    long epoch();

    long startOffset();

    long committedEndOffset();

    long durableEndOffset();

    long nextOffset();

    /**
     * Appends records that take {@code count} offsets as one indivisible unit, at {@link
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
     * Appends as {@link #append(ByteBuffer, int, long)} does, with a checksum that the caller
     * knows.
     *
     * @param crc of the bytes or of the last of them, for whoever knows it
     */
    Commit append(ByteBuffer records, int count, long maxTimestamp, @Nullable KnownCrc crc);

    /**
     * Appends as {@link #append(ByteBuffer, int, long, KnownCrc)} does, but returns null and
     * appends nothing where that method might wait.
     */
    @Nullable Commit tryAppend(
            ByteBuffer records, int count, long maxTimestamp, @Nullable KnownCrc crc);

    /**
     * Reads whole appends from the one that holds {@code offset}: at least one, if there is any,
     * and up to about {@code bytesMax}. The bytes come from memory, cache or the store. May block
     * on the store. The result must be closed when its bytes are no longer needed.
     *
     * @throws OffsetOutOfRangeException below the start or above {@link #durableEndOffset()}; at
     *     the durable end the result is empty
     */
    ReadResult read(long offset, long bytesMax);

    /**
     * Reads as {@link #read} does, but returns null where that method might wait. The result has
     * what is in memory, even if that is less than {@code bytesMax} and the rest is being loaded.
     */
    @Nullable ReadResult tryRead(long offset, long bytesMax);

    /**
     * Returns the base offset of the first append whose greatest timestamp is at or after {@code
     * timestampMillis}, empty if there is none. The caller looks inside that append for the exact
     * record.
     */
    OptionalLong firstAppendAtOrAfter(long timestampMillis);

    /**
     * Returns the greatest record timestamp in the stream and the base offset of its append; empty
     * if there is none.
     */
    java.util.Optional<TimestampedOffset> maxTimestamp();

    /** Returns the bytes between start and next offset, as appended. */
    long sizeInBytes();

    /**
     * Returns the bytes in data objects that hold the offsets from {@code fromOffset} to {@code
     * toOffset}, as appended. Within an extent they are taken as spread evenly.
     */
    long committedBytes(long fromOffset, long toOffset);

    /**
     * Returns the lowest offset to keep under a retention by size and by time. Records go while
     * those behind them are still {@code keepBytes} (to a block), and while they were appended
     * before {@code appendedBeforeMillis} (to a data object). Only what is in data objects is
     * considered. Pass {@link Long#MAX_VALUE} / {@link Long#MIN_VALUE} to leave one of them out.
     */
    long retentionOffset(long keepBytes, long appendedBeforeMillis);

    /**
     * Removes everything below {@code newStartOffset} from the stream. Returns when the metadata
     * log has it; a lower start than the present one does nothing.
     */
    void trim(long newStartOffset);

    /**
     * Adds a listener that is called after each rise of {@link #durableEndOffset()}; it must be
     * short and must not block.
     */
    void onDurable(DurableListener listener);

    record TimestampedOffset(long timestampMillis, long offset) {}

    @FunctionalInterface
    interface DurableListener {
        void durable(long durableEndOffset);
    }
}
