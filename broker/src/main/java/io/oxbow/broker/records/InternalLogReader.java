package io.oxbow.broker.records;

import io.oxbow.s3stream.ReadResult;
import java.util.Iterator;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the records of an internal topic's log one by one. Records that cannot be read or taken are
 * passed over, so that one of them doesn't take the others down. Counts and reports what it passes
 * over. Thread-safe.
 */
public final class InternalLogReader {

    private static final Logger LOG = LoggerFactory.getLogger(InternalLogReader.class);

    /**
     * Most records of one log that are reported; further ones are counted only, until the next
     * load.
     */
    private static final int REPORTS_MAX = 20;

    private static final LongAdder SKIPPED = new LongAdder();

    private final String log;
    private int reports;

    /**
     * @param log for messages: which log is read
     */
    public InternalLogReader(String log) {
        this.log = log;
    }

    /** Takes one record; may throw, then the record is passed over. */
    @FunctionalInterface
    public interface Taker {
        void take(RecordBatch batch, Record record);
    }

    /** Records of internal topics that this process has passed over. */
    public static long skippedRecords() {
        return SKIPPED.sum();
    }

    /**
     * Gives the records of an append to {@code taker}, in order.
     *
     * @return bytes of the batches
     */
    public long read(ReadResult.Append append, Taker taker) {
        long bytes = 0;
        Iterator<MutableRecordBatch> batches;
        try {
            batches = MemoryRecords.readableRecords(append.records().duplicate()).batchIterator();
            while (batches.hasNext()) {
                RecordBatch batch = batches.next();
                read(batch, taker);
                bytes += batch.sizeInBytes();
            }
        } catch (RuntimeException e) {
            skip(append.baseOffset(), append.count(), e);
        }
        return bytes;
    }

    private void read(RecordBatch batch, Taker taker) {
        long next = batch.baseOffset();
        try {
            for (Record record : batch) {
                next = record.offset() + 1;
                take(batch, record, taker);
            }
        } catch (RuntimeException | Error e) {
            // An Error, too: Snappy's library throws one of its own. The batch's further records
            // cannot be delimited.
            if (e instanceof VirtualMachineError) {
                throw e;
            }
            skip(next, Math.max(1, batch.nextOffset() - next), e);
        }
    }

    private void take(RecordBatch batch, Record record, Taker taker) {
        try {
            taker.take(batch, record);
        } catch (RuntimeException | StackOverflowError e) {
            skip(record.offset(), 1, e);
        }
    }

    private void skip(long offset, long count, Throwable why) {
        SKIPPED.add(count);
        if (reports++ < REPORTS_MAX) {
            LOG.error(
                    "{}: {} records from offset {} cannot be read and are passed over: {}",
                    log,
                    count,
                    offset,
                    why.toString());
        }
        if (reports == REPORTS_MAX) {
            LOG.error("{}: more records that cannot be read are counted only", log);
        }
    }
}
