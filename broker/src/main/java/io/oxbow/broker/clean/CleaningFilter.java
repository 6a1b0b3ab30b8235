package io.oxbow.broker.clean;

import io.oxbow.broker.producer.AbortedTransaction;
import io.oxbow.broker.producer.EndMarker;
import io.oxbow.broker.producer.ProducerState;
import io.oxbow.s3stream.AppendFilter;
import io.oxbow.s3stream.ReadResult;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.storage.internals.log.CleanedTransactionMetadata;

/**
 * Decides about each batch of one pass over a log, by Kafka's rules. A batch that loses records
 * keeps its offsets. For one thread.
 */
final class CleaningFilter implements AppendFilter, AutoCloseable {

    private static final Decision KEEP = new Decision.Keep();
    private static final Decision DROP = new Decision.Drop();
    private static final int BUFFER_BYTES = 64 << 10;

    private final CleanableLog log;
    private final KeyOffsets keys;
    private final long endOffset;
    private final CleanedTransactionMetadata transactions;

    /** Aborted transactions by the offset of their marker. */
    private final Map<Long, AbortedTransaction> indexed = new HashMap<>();

    private final Map<Long, ProducerState> producers = new HashMap<>();
    private final List<AbortedTransaction> empty = new ArrayList<>();
    private final Rules rules;
    private final BufferSupplier buffers = BufferSupplier.create();
    private ByteBuffer out = ByteBuffer.allocate(BUFFER_BYTES);

    /**
     * @param keys of the dirty part, which ends at {@code endOffset}
     */
    CleaningFilter(CleanableLog log, KeyOffsets keys, long endOffset, long nowMillis) {
        this.log = log;
        this.keys = keys;
        this.endOffset = endOffset;
        List<AbortedTransaction> aborted = log.abortedTransactions(log.startOffset(), endOffset);
        this.transactions = AbortedData.of(aborted);
        aborted.forEach(transaction -> indexed.put(transaction.lastOffset(), transaction));
        log.producers().forEach(state -> producers.put(state.producerId(), state));
        this.rules = new Rules(nowMillis, log.config().deleteRetentionMs);
    }

    @Override
    public Decision decide(ReadResult.Append append) {
        if (!log.isLed()) {
            throw new NotLeaderOrFollowerException("%s was given up".formatted(log.id()));
        }
        if (append.baseOffset() >= endOffset) {
            return KEEP;
        }
        MemoryRecords records = MemoryRecords.readableRecords(append.records());
        out.clear();
        MemoryRecords.FilterResult result = records.filterTo(rules, out, buffers);
        out = result.outputBuffer();
        ByteBuffer kept = out.duplicate().flip();
        if (!kept.hasRemaining()) {
            return DROP;
        }
        return kept.equals(append.records())
                ? KEEP
                : new Decision.Replace(kept, result.maxTimestamp());
    }

    /** Returns the aborted transactions of which nothing but the marker was found. */
    List<AbortedTransaction> emptyTransactions() {
        return empty;
    }

    @Override
    public void close() {
        buffers.close();
    }

    /** Rules by which Kafka's own filter takes batches apart. */
    private final class Rules extends MemoryRecords.RecordFilter {

        private boolean discarding;

        Rules(long nowMillis, long deleteRetentionMillis) {
            super(nowMillis, deleteRetentionMillis);
        }

        @Override
        protected BatchRetentionResult checkBatchRetention(RecordBatch batch) {
            boolean lastOfProducer = isLastOfProducer(batch);
            boolean discardable =
                    batch.isControlBatch()
                            ? transactions.onControlBatchRead(batch)
                            : transactions.onBatchRead(batch);
            if (batch.isControlBatch()) {
                discardable = discardable && EndMarker.of(batch) != null;
                discarding = discardable && !lastOfProducer && !isIndexed(batch) && isOver(batch);
            } else {
                discarding = discardable;
            }
            boolean kept = lastOfProducer || batch.nextOffset() == endOffset;
            BatchRetention retention =
                    kept
                            ? BatchRetention.RETAIN_EMPTY
                            : discarding ? BatchRetention.DELETE : BatchRetention.DELETE_EMPTY;
            return new BatchRetentionResult(retention, discardable && batch.isControlBatch());
        }

        /** Notes a marker's transaction as empty if the index has it; returns true if so. */
        private boolean isIndexed(RecordBatch marker) {
            AbortedTransaction transaction = indexed.get(marker.lastOffset());
            if (transaction != null) {
                empty.add(transaction);
            }
            return transaction != null;
        }

        /** Returns true once readers have had time for a marker whose transaction is gone. */
        private boolean isOver(RecordBatch marker) {
            // An empty control batch would be a riddle to readers.
            return isPast(marker) && marker.nextOffset() != endOffset;
        }

        private boolean isPast(RecordBatch batch) {
            return batch.deleteHorizonMs().isPresent()
                    && batch.deleteHorizonMs().getAsLong() <= currentTime;
        }

        @Override
        protected boolean shouldRetainRecord(RecordBatch batch, Record record) {
            if (discarding) {
                return false;
            }
            if (batch.isControlBatch() || record.offset() >= endOffset) {
                return true;
            }
            if (!record.hasKey()) {
                return false;
            }
            boolean newest = record.offset() >= keys.lastOf(record.key());
            return newest && (record.hasValue() || !isPast(batch));
        }

        private boolean isLastOfProducer(RecordBatch batch) {
            ProducerState state = batch.hasProducerId() ? producers.get(batch.producerId()) : null;
            if (state == null) {
                return false;
            }
            return state.batches().isEmpty()
                    ? batch.isControlBatch() && batch.producerEpoch() == state.epoch()
                    : state.batches().stream()
                            .anyMatch(last -> last.lastOffset() == batch.lastOffset());
        }
    }
}
