package io.oxbow.broker.control;

import io.oxbow.s3stream.log.ApplicationLog;
import io.oxbow.s3stream.log.LogAppendException;
import io.oxbow.s3stream.log.MetadataLog;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.raft.LeaderAndEpoch;
import org.apache.kafka.raft.RaftClient;
import org.apache.kafka.raft.errors.NotLeaderException;
import org.apache.kafka.server.common.ApiMessageAndVersion;
import org.apache.kafka.server.common.KRaftVersion;
import org.apache.kafka.server.common.OffsetAndEpoch;
import org.apache.kafka.snapshot.SnapshotWriter;

/**
 * Kafka's {@code RaftClient} over the application's family of the metadata log: the seam that lets
 * Kafka's controller and metadata loader run unmodified. It keeps no state of its own; order, fence
 * and durability are the log's.
 *
 * <p>Thread-safe. Listeners are called on the log's thread for them, and only enqueue.
 */
final class MetadataRaftClient implements RaftClient<ApiMessageAndVersion> {

    private final int nodeId;
    private final MetadataLog log;
    private final Map<Listener<ApiMessageAndVersion>, ApplicationLog.Listener> listeners =
            new ConcurrentHashMap<>();

    MetadataRaftClient(int nodeId, MetadataLog log) {
        this.nodeId = nodeId;
        this.log = log;
    }

    @Override
    public void register(Listener<ApiMessageAndVersion> listener) {
        var bridge = new LogListener(nodeId, listener);
        if (listeners.putIfAbsent(listener, bridge) == null) {
            log.application().register(bridge);
        }
    }

    @Override
    public void unregister(Listener<ApiMessageAndVersion> listener) {
        ApplicationLog.Listener bridge = listeners.remove(listener);
        if (bridge != null) {
            log.application().unregister(bridge);
        }
    }

    @Override
    public OptionalLong highWatermark() {
        return OptionalLong.of(log.application().highWatermark());
    }

    @Override
    public LeaderAndEpoch leaderAndEpoch() {
        return leaderAndEpoch(nodeId, log.leadership());
    }

    /**
     * Translates the log's leadership to Kafka's; an earlier process of this very node counts as no
     * leader. Otherwise this process's controller would take itself for the leader on record.
     */
    static LeaderAndEpoch leaderAndEpoch(int nodeId, MetadataLog.Leadership leadership) {
        boolean known =
                leadership.here() || (leadership.nodeId() >= 0 && leadership.nodeId() != nodeId);
        return new LeaderAndEpoch(
                known ? OptionalInt.of(leadership.nodeId()) : OptionalInt.empty(),
                leadership.leaderEpoch());
    }

    @Override
    public OptionalInt nodeId() {
        return OptionalInt.of(nodeId);
    }

    @Override
    public Optional<Node> voterNode(int id, ListenerName listener) {
        return Optional.empty();
    }

    @Override
    public long prepareAppend(int epoch, List<ApiMessageAndVersion> records) {
        try {
            return log.application().prepare(epoch, RecordBytes.write(records));
        } catch (LogAppendException e) {
            throw new NotLeaderException(
                    "Not the leader at epoch " + epoch + ": " + e.getMessage());
        }
    }

    @Override
    public void schedulePreparedAppend() {
        log.application().schedulePrepared();
    }

    @Override
    public void resign(int epoch) {
        log.application().resign(epoch);
    }

    /** Snapshots are the log's own business: see {@link ImageSnapshots}. */
    @Override
    public Optional<SnapshotWriter<ApiMessageAndVersion>> createSnapshot(
            OffsetAndEpoch snapshotId, long lastContainedLogTime) {
        return Optional.empty();
    }

    @Override
    public Optional<OffsetAndEpoch> latestSnapshotId() {
        return Optional.empty();
    }

    @Override
    public long logEndOffset() {
        return log.application().endOffset();
    }

    /** There are no voters to keep in the log: the bucket is the quorum. */
    @Override
    public KRaftVersion kraftVersion() {
        return KRaftVersion.KRAFT_VERSION_0;
    }

    @Override
    public void upgradeKRaftVersion(int epoch, KRaftVersion version, boolean validateOnly) {
        throw new UnsupportedOperationException("the metadata log has no kraft.version");
    }

    @Override
    public CompletableFuture<Void> shutdown(int timeoutMs) {
        close();
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void close() {
        List.copyOf(listeners.keySet()).forEach(this::unregister);
    }
}
