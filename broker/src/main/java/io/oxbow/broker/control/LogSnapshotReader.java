package io.oxbow.broker.control;

import io.oxbow.s3stream.log.format.ApplicationSnapshot;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.kafka.raft.Batch;
import org.apache.kafka.server.common.ApiMessageAndVersion;
import org.apache.kafka.server.common.OffsetAndEpoch;
import org.apache.kafka.snapshot.SnapshotReader;

/** A snapshot of the log's application section, read as Kafka reads its own snapshots. */
final class LogSnapshotReader implements SnapshotReader<ApiMessageAndVersion> {

    private final ApplicationSnapshot snapshot;
    private final Iterator<List<byte[]>> batches;
    private long nextOffset;

    LogSnapshotReader(ApplicationSnapshot snapshot) {
        this.snapshot = snapshot;
        this.batches = snapshot.batches().iterator();
    }

    @Override
    public OffsetAndEpoch snapshotId() {
        return new OffsetAndEpoch(snapshot.endOffset(), snapshot.leaderEpoch());
    }

    @Override
    public long lastContainedLogOffset() {
        return snapshot.endOffset() - 1;
    }

    @Override
    public int lastContainedLogEpoch() {
        return snapshot.leaderEpoch();
    }

    @Override
    public long lastContainedLogTimestamp() {
        return snapshot.appendTimeMillis();
    }

    @Override
    public boolean hasNext() {
        return batches.hasNext();
    }

    @Override
    public Batch<ApiMessageAndVersion> next() {
        if (!batches.hasNext()) {
            throw new NoSuchElementException("snapshot at offset " + snapshot.endOffset());
        }
        List<byte[]> records = batches.next();
        var batch =
                Batch.data(
                        nextOffset,
                        snapshot.leaderEpoch(),
                        snapshot.appendTimeMillis(),
                        RecordBytes.sizeInBytes(records),
                        RecordBytes.read(records));
        nextOffset += records.size();
        return batch;
    }

    @Override
    public void close() {}
}
