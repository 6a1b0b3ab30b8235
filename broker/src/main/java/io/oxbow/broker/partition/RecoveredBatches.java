package io.oxbow.broker.partition;

import io.oxbow.s3stream.ReadResult;
import io.oxbow.s3stream.RecoveredAppends;
import io.oxbow.s3stream.StreamName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.jspecify.annotations.Nullable;

/**
 * Batches that a starting node found in its write-ahead log, each reduced to what partitions' state
 * is made of. Without them, opening thousands of partitions would read everything back from the
 * bucket that recovery has only just put there.
 *
 * <p>Filled by the thread that recovers, then emptied by those that open partitions. What does not
 * fit is left out, and read.
 */
public final class RecoveredBatches implements RecoveredAppends {

    /** Estimated heap of one batch, in bytes. */
    static final int BATCH_BYTES = 120;

    private final long batchesMax;
    private final Map<StreamName, Run> runs = new ConcurrentHashMap<>();
    private final Map<StreamName, Lost> lost = new ConcurrentHashMap<>();

    /* The filling thread's own. */
    private long count;

    /**
     * Contiguous batches of one partition.
     *
     * @param batches not empty
     */
    record Run(List<RecoveredBatch> batches) {

        long startOffset() {
            return batches.getFirst().batch().baseOffset();
        }

        /** Returns the offset after the last batch. */
        long endOffset() {
            return batches.getLast().batch().lastOffset() + 1;
        }

        boolean covers(long offset) {
            return startOffset() <= offset && offset < endOffset();
        }

        /** Returns the batches with records at or above {@code offset}. */
        List<RecoveredBatch> from(long offset) {
            return batches.stream().filter(each -> each.batch().lastOffset() >= offset).toList();
        }
    }

    /**
     * Acked offsets of a partition that a damaged write-ahead log no longer holds.
     *
     * @param log in words
     */
    record Lost(long fromOffset, long toOffset, String log) {}

    /**
     * @param bytesMax of heap
     */
    public RecoveredBatches(long bytesMax) {
        this.batchesMax = bytesMax / BATCH_BYTES;
    }

    /** Returns an instance that holds nothing: partitions read everything. */
    public static RecoveredBatches none() {
        return new RecoveredBatches(0);
    }

    @Override
    public void recovered(StreamName stream, ReadResult.Append append) {
        if (stream.kind() != StreamName.Kind.DATA) {
            return;
        }
        MemoryRecords records = MemoryRecords.readableRecords(append.records());
        for (RecordBatch batch : records.batches()) {
            if (count == batchesMax) {
                return;
            }
            count++;
            runOf(stream, batch.baseOffset())
                    .batches()
                    .add(RecoveredBatch.of(batch, append.appendTimeMillis()));
        }
    }

    /**
     * Returns the run that takes a batch at {@code baseOffset}. What lies before a gap is read,
     * with the gap.
     */
    private Run runOf(StreamName stream, long baseOffset) {
        return Objects.requireNonNull(
                runs.compute(
                        stream,
                        (name, run) ->
                                run != null && run.endOffset() == baseOffset
                                        ? run
                                        : new Run(new ArrayList<>())));
    }

    @Override
    public void lost(StreamName stream, long fromOffset, long toOffset, String log) {
        if (stream.kind() == StreamName.Kind.DATA) {
            lost.put(stream, new Lost(fromOffset, toOffset, log));
        }
    }

    /** Removes and returns what a stream has lost; null if that is nothing. */
    @Nullable Lost takeLost(StreamName stream) {
        return lost.remove(stream);
    }

    /** Removes and returns a stream's batches; null if there are none. */
    @Nullable Run take(StreamName stream) {
        return runs.remove(stream);
    }

    /** Drops the batches that nobody has taken. */
    public void clear() {
        runs.clear();
    }
}
