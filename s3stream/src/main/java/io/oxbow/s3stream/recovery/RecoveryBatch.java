package io.oxbow.s3stream.recovery;

import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.ReadResult;
import io.oxbow.s3stream.RecoveredAppends;
import io.oxbow.s3stream.StreamName;
import io.oxbow.s3stream.commit.Commands;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.object.DataObject;
import io.oxbow.s3stream.object.DataObjectWriter;
import io.oxbow.s3stream.tail.TailEntry;
import io.oxbow.s3stream.wal.RecordFrame;
import io.oxbow.s3stream.wal.WalRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Copies of the appends for one recovery object, bounded in bytes. Kept are those whose stream is
 * still the dead epoch's, at the stream epoch they were made at, and that are not committed yet;
 * the others were committed before, or come from a writer that had lost or closed the stream.
 */
final class RecoveryBatch {

    private final Commands commands;
    private final long deadEpoch;
    private final long bytesMax;
    private TreeMap<Long, List<Kept>> byStream = new TreeMap<>();
    private final Map<Long, Long> nextOffsets = new HashMap<>();
    private long bytes;
    private long endLsn;
    private long recovered;
    private long dropped;
    private final boolean holes;

    /** Streams with a hole, from the offsets of which on nothing can be kept. */
    private final Map<Long, Lost> lost = new TreeMap<>();

    /** Range of a stream that cannot be kept. */
    record Lost(StreamName stream, long fromOffset, long toOffset) {}

    /**
     * @param holes whether appends may be missing: a stream is then kept up to its first hole
     */
    RecoveryBatch(Commands commands, long deadEpoch, long bytesMax, boolean holes) {
        this.holes = holes;
        this.commands = commands;
        this.deadEpoch = deadEpoch;
        this.bytesMax = bytesMax;
    }

    boolean isEmpty() {
        return byStream.isEmpty();
    }

    boolean isFull() {
        return bytes >= bytesMax;
    }

    /** Returns the LSN after the last append seen. */
    long endLsn() {
        return endLsn;
    }

    long recoveredAppends() {
        return recovered;
    }

    long droppedAppends() {
        return dropped;
    }

    /** Returns, for each stream with a hole, the range from the hole to the last append seen. */
    List<Lost> lost() {
        return List.copyOf(lost.values());
    }

    /** Keeps a copy of {@code record} if it has to be recovered. */
    void add(long recordEndLsn, WalRecord record) {
        endLsn = recordEndLsn;
        var stream =
                commands.image().stream(record.streamId())
                        .filter(state -> state.epoch() == record.streamEpoch())
                        .filter(state -> state.ownerNodeEpoch() == deadEpoch);
        if (stream.isEmpty()) {
            dropped++;
            return;
        }
        long next = nextOffsets.computeIfAbsent(record.streamId(), id -> stream.get().endOffset());
        if (record.nextOffset() <= next) {
            dropped++;
            return;
        }
        if (record.baseOffset() != next) {
            if (!holes) {
                throw gap(stream.get(), record, next);
            }
            lost.put(record.streamId(), new Lost(stream.get().name(), next, record.nextOffset()));
            dropped++;
            return;
        }
        nextOffsets.put(record.streamId(), record.nextOffset());
        byStream.computeIfAbsent(record.streamId(), id -> new ArrayList<>())
                .add(Kept.copyOf(record));
        bytes += record.records().remaining() + TailEntry.OVERHEAD_BYTES;
        recovered++;
    }

    /** Returns the appends kept as an object to put; the batch is empty afterwards. */
    Sealed seal() {
        var writer = new DataObjectWriter();
        byStream.values().forEach(appends -> appends.forEach(kept -> writer.add(kept.frame)));
        var sealed = new Sealed(writer.finish(), commands, byStream);
        byStream = new TreeMap<>();
        bytes = 0;
        return sealed;
    }

    /** Appends of one object. */
    record Sealed(DataObject object, Commands commands, TreeMap<Long, List<Kept>> byStream) {

        /** Reports each append, whose stream still exists, to {@code observer}. */
        void tell(RecoveredAppends observer) {
            CoreImage image = commands.image();
            byStream.forEach((streamId, appends) ->
                    image.stream(streamId)
                            .ifPresent(stream ->
                                    appends.forEach(kept ->
                                            observer.recovered(stream.name(), kept.append()))));
        }
    }

    /** Append with the frame that holds a copy of its bytes. */
    private record Kept(
            long baseOffset,
            int count,
            long maxTimestamp,
            long appendTimeMillis,
            ByteBuffer frame) {

        static Kept copyOf(WalRecord record) {
            var frame = ByteBuffer.allocate(Math.toIntExact(RecordFrame.sizeInBytes(record)));
            RecordFrame.encode(frame, record);
            return new Kept(
                    record.baseOffset(),
                    record.count(),
                    record.maxTimestamp(),
                    record.appendTimeMillis(),
                    frame.flip());
        }

        ReadResult.Append append() {
            ByteBuffer records =
                    frame.asReadOnlyBuffer().position(RecordFrame.HEADER_BYTES).slice();
            return new ReadResult.Append(
                    baseOffset, count, maxTimestamp, appendTimeMillis, records);
        }
    }

    private static CorruptException gap(
            CoreImage.StreamState stream, WalRecord record, long expected) {
        return new CorruptException(
                ("the write-ahead log has offsets [%d, %d) of stream %d (%s) at epoch %d where %d"
                                + " must come next")
                        .formatted(
                                record.baseOffset(),
                                record.nextOffset(),
                                stream.streamId(),
                                stream.name(),
                                record.streamEpoch(),
                                expected));
    }
}
