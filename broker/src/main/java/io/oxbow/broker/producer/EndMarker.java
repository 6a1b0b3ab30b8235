package io.oxbow.broker.producer;

import java.util.Iterator;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.jspecify.annotations.Nullable;

/** The decision about a transaction, as a control batch of a partition carries it. */
public record EndMarker(boolean commit, int coordinatorEpoch) {

    /** Returns the decision in a batch; null for a batch of data or of another control record. */
    public static @Nullable EndMarker of(RecordBatch batch) {
        if (!batch.isControlBatch()) {
            return null;
        }
        Iterator<Record> records = batch.iterator();
        if (!records.hasNext()) {
            return null;
        }
        Record record = records.next();
        ControlRecordType type = ControlRecordType.parse(record.key());
        if (type != ControlRecordType.COMMIT && type != ControlRecordType.ABORT) {
            return null;
        }
        return new EndMarker(
                type == ControlRecordType.COMMIT,
                EndTransactionMarker.deserialize(record).coordinatorEpoch());
    }
}
