package io.oxbow.broker.memory;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.log.ApplicationLog;
import io.oxbow.s3stream.log.LogAppendException;
import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.s3stream.log.format.ApplicationSnapshot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * One process's end of a {@link MemoryBucket}. What is prepared is committed when scheduled, unless
 * {@link #holdCommits} is on: then it is lost when another process takes over.
 */
public final class MemoryMetadataLog implements MetadataLog, ApplicationLog {

    private final MemoryBucket bucket;
    private final int nodeId;
    private final UUID incarnation = UUID.randomUUID();
    private final List<Batch> prepared = new ArrayList<>();
    private final Map<Listener, int[]> listeners = new LinkedHashMap<>();
    private final ExecutorService delivery =
            Executors.newSingleThreadExecutor(Thread.ofVirtual().factory());
    private @Nullable SnapshotSource source;
    private boolean holding;

    MemoryMetadataLog(MemoryBucket bucket, int nodeId) {
        this.bucket = bucket;
        this.nodeId = nodeId;
    }

    int nodeId() {
        return nodeId;
    }

    public UUID incarnation() {
        return incarnation;
    }

    /** Holds commits: records that are prepared from now on are not committed. */
    public void holdCommits() {
        synchronized (bucket) {
            holding = true;
        }
    }

    @Override
    public UUID clusterId() {
        return bucket.clusterId;
    }

    @Override
    public CoreImage image() {
        return new MemoryCoreImage(bucket.incarnations());
    }

    @Override
    public List<ApplyResult> append(List<CoreRecord> records) {
        throw new UnsupportedOperationException("core records are not part of this double");
    }

    @Override
    public ApplicationLog application() {
        return this;
    }

    @Override
    public Leadership leadership() {
        synchronized (bucket) {
            return leadership(bucket.leaderEpoch, bucket.leader);
        }
    }

    private Leadership leadership(int epoch, @Nullable MemoryMetadataLog leader) {
        return new Leadership(
                epoch,
                leader == null ? -1 : leader.nodeId,
                leader == null ? new UUID(0, 0) : leader.incarnation,
                leader == this,
                bucket.slots.size());
    }

    @Override
    public Leadership takeOver(LeaderCheck check) {
        synchronized (bucket) {
            if (bucket.leader != null) {
                bucket.leader.prepared.clear();
            }
            bucket.leaderEpoch++;
            bucket.leader = this;
            bucket.put(new MemoryBucket.Slot(bucket.leaderEpoch, this, null));
        }
        bucket.wakeAll();
        return leadership();
    }

    @Override
    public void snapshot() {
        synchronized (bucket) {
            ApplicationSnapshot taken = source == null ? null : source.take();
            if (taken == null) {
                throw new IllegalStateException("no snapshot was offered");
            }
            bucket.snapshot = taken;
            int covered = 0;
            for (MemoryBucket.Slot slot : bucket.slots) {
                boolean below =
                        slot.batch() == null || slot.batch().nextOffset() <= taken.endOffset();
                if (!below) {
                    break;
                }
                covered++;
            }
            bucket.firstSlot = covered;
        }
    }

    @Override
    public long prepare(int leaderEpoch, List<byte[]> records) {
        synchronized (bucket) {
            if (bucket.leader != this || bucket.leaderEpoch != leaderEpoch) {
                throw new LogAppendException(
                        "does not lead at epoch " + leaderEpoch,
                        S3StreamException.Retry.RETRYABLE,
                        null);
            }
            var batch =
                    new Batch(
                            endOffset(),
                            leaderEpoch,
                            System.currentTimeMillis(),
                            List.copyOf(records));
            prepared.add(batch);
            return batch.nextOffset() - 1;
        }
    }

    @Override
    public void schedulePrepared() {
        synchronized (bucket) {
            if (holding) {
                return;
            }
            prepared.forEach(
                    batch -> bucket.put(new MemoryBucket.Slot(batch.leaderEpoch(), this, batch)));
            prepared.clear();
        }
        bucket.wakeAll();
    }

    @Override
    public void resign(int leaderEpoch) {
        synchronized (bucket) {
            if (bucket.leader != this || bucket.leaderEpoch != leaderEpoch) {
                return;
            }
            bucket.leader = null;
            prepared.clear();
        }
    }

    @Override
    public long highWatermark() {
        synchronized (bucket) {
            return bucket.endOffset;
        }
    }

    @Override
    public long endOffset() {
        synchronized (bucket) {
            return prepared.isEmpty() ? bucket.endOffset : prepared.getLast().nextOffset();
        }
    }

    @Override
    public void register(Listener listener) {
        synchronized (bucket) {
            listeners.put(listener, new int[] {-1});
        }
        deliverSoon();
    }

    @Override
    public void unregister(Listener listener) {
        synchronized (bucket) {
            listeners.remove(listener);
        }
    }

    @Override
    public void onSnapshot(SnapshotSource newSource) {
        source = newSource;
    }

    void deliverSoon() {
        if (!delivery.isShutdown()) {
            delivery.execute(this::deliver);
        }
    }

    private void deliver() {
        List<Map.Entry<Listener, int[]>> all;
        synchronized (bucket) {
            all = List.copyOf(listeners.entrySet());
        }
        for (var entry : all) {
            deliver(entry.getKey(), entry.getValue());
        }
    }

    private void deliver(Listener listener, int[] nextSlot) {
        if (nextSlot[0] < 0) {
            ApplicationSnapshot snapshot;
            synchronized (bucket) {
                snapshot = bucket.snapshot;
                nextSlot[0] = bucket.firstSlot;
            }
            if (snapshot != null) {
                listener.loadSnapshot(snapshot);
            }
            if (nextSlot[0] > 0) {
                announceAfterSnapshot(listener, nextSlot[0]);
            }
        }
        while (true) {
            MemoryBucket.Slot slot;
            boolean newest;
            synchronized (bucket) {
                if (nextSlot[0] >= bucket.slots.size()) {
                    return;
                }
                slot = bucket.slots.get(nextSlot[0]++);
                newest = slot.leaderEpoch() == bucket.leaderEpoch;
            }
            if (slot.batch() != null) {
                listener.committed(List.of(slot.batch()));
            } else if (newest || slot.owner() != this) {
                listener.leaderChanged(leadership(slot.leaderEpoch(), slot.owner()));
            }
        }
    }

    private void announceAfterSnapshot(Listener listener, int slots) {
        MemoryBucket.Slot last;
        boolean here;
        synchronized (bucket) {
            last = bucket.slots.get(slots - 1);
            here = last.owner() == this && bucket.leader == this;
        }
        if (!here) {
            listener.leaderChanged(
                    new Leadership(
                            last.leaderEpoch(),
                            last.owner().nodeId,
                            last.owner().incarnation,
                            false,
                            slots));
        }
    }

    @Override
    public void close() {
        synchronized (bucket) {
            bucket.processes.remove(this);
            if (bucket.leader == this) {
                bucket.leader = null;
            }
            listeners.clear();
        }
        delivery.shutdown();
    }
}
