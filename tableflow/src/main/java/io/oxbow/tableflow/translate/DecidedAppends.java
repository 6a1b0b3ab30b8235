package io.oxbow.tableflow.translate;

import io.oxbow.s3stream.CommittedReader;
import io.oxbow.s3stream.ReadResult;
import io.oxbow.tableflow.record.BatchDecoder;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.jspecify.annotations.Nullable;

/**
 * Appends of a stretch up to the first batch of an open transaction, without aborted data and
 * markers. Not thread-safe.
 *
 * <p>A batch's outcome is the next marker of its producer, which is looked for ahead when the batch
 * is met, up to the log's committed end. So nothing need be known of what lies before the stretch.
 */
final class DecidedAppends implements AutoCloseable {

    /** Position of the attributes in a batch of format 2. */
    private static final int ATTRIBUTES_AT = 21;

    private static final int TRANSACTIONAL = 0x10;
    private static final int CONTROL = 0x20;

    private record Marker(long offset, boolean commit) {}

    private final TopicLog log;
    private final PartitionTask task;
    private final CommittedReader.Cursor cursor;
    private final Map<Long, ArrayDeque<Marker>> markers = new HashMap<>();
    private CommittedReader.@Nullable Cursor ahead;
    private boolean allAhead;
    private long endOffset;
    private long heldSinceMillis;
    private boolean held;

    DecidedAppends(TopicLog log, PartitionTask task) {
        this.log = log;
        this.task = task;
        this.endOffset = task.startOffset();
        this.cursor = log.read(task.stream(), task.startOffset(), task.endOffset());
    }

    /** Returns the next append; null at the end, and before one whose transaction is open. */
    ReadResult.@Nullable Append next() {
        while (!held) {
            ReadResult.Append append = cursor.next();
            if (append == null) {
                endOffset = task.endOffset();
                return null;
            }
            int attributes = attributes(append);
            if ((attributes & (TRANSACTIONAL | CONTROL)) == 0) {
                endOffset = Math.max(endOffset, append.nextOffset());
                return append;
            }
            if ((attributes & CONTROL) == 0) {
                Marker outcome = outcome(append);
                if (outcome == null) {
                    held = true;
                    heldSinceMillis = append.appendTimeMillis();
                    return null;
                }
                if (outcome.commit()) {
                    endOffset = Math.max(endOffset, append.nextOffset());
                    return append;
                }
            } else {
                check(append);
            }
            endOffset = Math.max(endOffset, append.nextOffset());
        }
        return null;
    }

    /** Returns the offset up to which all was returned or left out. */
    long endOffset() {
        return endOffset;
    }

    /** Returns true if the stretch goes on with a transaction that is open. */
    boolean isHeld() {
        return held;
    }

    /** Returns when the batch was appended before which this ends. */
    long heldSinceMillis() {
        return heldSinceMillis;
    }

    private static int attributes(ReadResult.Append append) {
        ByteBuffer bytes = append.records();
        return bytes.remaining() < ATTRIBUTES_AT + 2
                ? 0 // no batch: the decoder says so
                : bytes.getShort(bytes.position() + ATTRIBUTES_AT);
    }

    /** Checks that a batch is what its header says, before it is left out for that. */
    private MutableRecordBatch check(ReadResult.Append append) {
        MutableRecordBatch batch =
                MemoryRecords.readableRecords(append.records().slice()).batchIterator().next();
        BatchDecoder.check(task.partition(), batch);
        return batch;
    }

    /** Returns the marker that decides about a batch; null if there is none yet. */
    private @Nullable Marker outcome(ReadResult.Append append) {
        MutableRecordBatch batch = check(append);
        while (true) {
            ArrayDeque<Marker> found =
                    markers.computeIfAbsent(batch.producerId(), id -> new ArrayDeque<>());
            while (!found.isEmpty() && found.getFirst().offset() < batch.baseOffset()) {
                found.removeFirst();
            }
            if (!found.isEmpty()) {
                return found.getFirst();
            }
            if (!lookAhead(append.nextOffset())) {
                return null;
            }
        }
    }

    /** Reads the next append ahead; false at the end. */
    private boolean lookAhead(long fromOffset) {
        if (allAhead || fromOffset >= task.endOffset()) {
            return false;
        }
        if (ahead == null) {
            ahead = log.read(task.stream(), fromOffset, task.endOffset());
        }
        ReadResult.Append append = ahead.next();
        if (append == null) {
            allAhead = true;
            return false;
        }
        if ((attributes(append) & CONTROL) != 0) {
            MutableRecordBatch batch = check(append);
            ControlRecordType type = ControlRecordType.parse(batch.iterator().next().key());
            if (type == ControlRecordType.COMMIT || type == ControlRecordType.ABORT) {
                markers.computeIfAbsent(batch.producerId(), id -> new ArrayDeque<>())
                        .add(new Marker(batch.baseOffset(), type == ControlRecordType.COMMIT));
            }
        }
        return true;
    }

    @Override
    public void close() {
        cursor.close();
        if (ahead != null) {
            ahead.close();
        }
    }
}
