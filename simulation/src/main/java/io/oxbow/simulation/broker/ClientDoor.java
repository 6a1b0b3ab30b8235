package io.oxbow.simulation.broker;

import io.oxbow.broker.partition.LedPartitions;
import io.oxbow.broker.partition.Partition;
import io.oxbow.broker.partition.StreamPartitions;
import io.oxbow.s3stream.ReadResult;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.image.CoreImage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.OffsetOutOfRangeException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.storage.internals.log.AppendOrigin;

/** Takes what clients ask of the partitions of one process. */
final class ClientDoor {

    private static final int FETCH_BYTES = 4_000;

    /** Longest service of a process whose own image shows it fenced, see {@code Succession}. */
    private static final Duration STALE_MAX = Duration.ofSeconds(3);

    /** Answer to a batch. */
    sealed interface Produced {
        record Acked(long baseOffset) implements Produced {}

        /**
         * @param byOwner whether the node has the partition's stream, by the log's word
         */
        record OutOfOrder(String why, boolean byOwner) implements Produced {}

        /** Not taken here, or of unknown outcome: to be sent again. */
        record Again(String why) implements Produced {}
    }

    /** Answer to a fetch. */
    sealed interface Fetched {
        /** Batches that were shown, below the high watermark. */
        record Batches(List<RecordHistory.Batch> batches, long highWatermark) implements Fetched {}

        record OutOfRange(String why) implements Fetched {}

        record Again(String why) implements Fetched {}
    }

    private final Surroundings cluster;
    private final HostProcess life;
    private final StreamPartitions partitions;
    private long fencedSince = Long.MAX_VALUE;

    ClientDoor(Surroundings cluster, HostProcess life, StreamPartitions partitions) {
        this.cluster = cluster;
        this.life = life;
        this.partitions = partitions;
    }

    Produced produce(int index, MemoryRecords batch) {
        RecordBatch first = batch.batches().iterator().next();
        long producer = first.producerId();
        int sequence = first.baseSequence();
        Partition partition = partitions.find(cluster.topic().id(), index).orElse(null);
        if (partition == null) {
            return new Produced.Again("not led here");
        }
        try {
            Partition.Appended appended = partition.append(batch, AppendOrigin.CLIENT, -1);
            appended.commit().await();
            cluster.topic()
                    .history(index)
                    .acked(life.toString(), producer, sequence, appended.baseOffset());
            return new Produced.Acked(appended.baseOffset());
        } catch (OutOfOrderSequenceException e) {
            return new Produced.OutOfOrder(life + ": " + e.getMessage(), isOwner(index));
        } catch (ApiException | S3StreamException e) {
            return new Produced.Again(String.valueOf(e));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private boolean isOwner(int index) {
        CoreImage image = cluster.canonical();
        return image.stream(cluster.topic().stream(index))
                .flatMap(stream ->
                        image.node(life.nodeId())
                                .filter(node -> !node.fenced())
                                .filter(node -> node.incarnation().equals(life.incarnation()))
                                .filter(node -> node.nodeEpoch() == stream.ownerNodeEpoch()))
                .isPresent();
    }

    /**
     * @param leaderEpoch that the client takes for the present one
     */
    Fetched fetch(int index, long offset, int leaderEpoch) {
        Partition partition = partitions.find(cluster.topic().id(), index).orElse(null);
        if (partition == null) {
            return new Fetched.Again("not led here");
        }
        List<RecordHistory.Batch> batches = new ArrayList<>();
        try {
            LedPartitions.requireEpoch(partition, leaderEpoch);
            try (ReadResult result = partition.read(offset, FETCH_BYTES)) {
                result.appends()
                        .forEach(append ->
                                RecordHistory.batchesOf(append.records()).forEach(batches::add));
            }
        } catch (OffsetOutOfRangeException e) {
            return new Fetched.OutOfRange(life + ": " + e.getMessage());
        } catch (ApiException e) {
            return new Fetched.Again(String.valueOf(e));
        }
        checkNotStale(partition);
        batches.forEach(batch -> cluster.topic().history(index).shown(life.toString(), batch));
        return new Fetched.Batches(batches, partition.highWatermark());
    }

    /** Checks that a process does not go on serving that has seen itself fenced. */
    private void checkNotStale(Partition partition) {
        CoreImage image = life.image();
        boolean fenced =
                image != null
                        && image.node(life.nodeId())
                                .filter(CoreImage.NodeState::fenced)
                                .filter(node -> node.incarnation().equals(life.incarnation()))
                                .isPresent();
        long now = cluster.simulation().clock().nanoTime();
        if (!fenced || !life.ranFor(STALE_MAX)) {
            fencedSince = Long.MAX_VALUE;
            return;
        }
        fencedSince = Math.min(fencedSince, now);
        cluster.simulation()
                .check(
                        now - fencedSince <= STALE_MAX.toNanos(),
                        "%s has seen itself fenced for more than %s, and shows records of %s",
                        life,
                        STALE_MAX,
                        partition.id());
    }
}
