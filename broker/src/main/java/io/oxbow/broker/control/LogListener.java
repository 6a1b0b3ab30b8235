package io.oxbow.broker.control;

import io.oxbow.s3stream.log.ApplicationLog;
import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.s3stream.log.format.ApplicationSnapshot;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.raft.Batch;
import org.apache.kafka.raft.LeaderAndEpoch;
import org.apache.kafka.raft.RaftClient;
import org.apache.kafka.raft.internals.MemoryBatchReader;
import org.apache.kafka.server.common.ApiMessageAndVersion;

/**
 * Passes the log's events to one Kafka listener in Kafka's terms. Called on the log's thread, one
 * call at a time.
 *
 * <p>Kafka wants to hear of each epoch once; a leader who is told again, or a late note of an older
 * epoch, is dropped here.
 */
final class LogListener implements ApplicationLog.Listener {

    private final int nodeId;
    private final RaftClient.Listener<ApiMessageAndVersion> listener;
    private LeaderAndEpoch told = LeaderAndEpoch.UNKNOWN;

    LogListener(int nodeId, RaftClient.Listener<ApiMessageAndVersion> listener) {
        this.nodeId = nodeId;
        this.listener = listener;
    }

    @Override
    public void loadSnapshot(ApplicationSnapshot snapshot) {
        listener.handleLoadSnapshot(new LogSnapshotReader(snapshot));
    }

    @Override
    public void committed(List<ApplicationLog.Batch> batches) {
        var read = new ArrayList<Batch<ApiMessageAndVersion>>(batches.size());
        for (ApplicationLog.Batch batch : batches) {
            if (!batch.records().isEmpty()) {
                read.add(
                        Batch.data(
                                batch.baseOffset(),
                                batch.leaderEpoch(),
                                batch.appendTimeMillis(),
                                RecordBytes.sizeInBytes(batch.records()),
                                RecordBytes.read(batch.records())));
            }
        }
        if (!read.isEmpty()) {
            listener.handleCommit(MemoryBatchReader.of(read, reader -> {}));
        }
    }

    @Override
    public void leaderChanged(MetadataLog.Leadership leadership) {
        LeaderAndEpoch now = MetadataRaftClient.leaderAndEpoch(nodeId, leadership);
        if (now.epoch() < told.epoch() || now.equals(told)) {
            return;
        }
        told = now;
        listener.handleLeaderChange(now);
    }

    @Override
    public void closed() {
        listener.beginShutdown();
    }
}
