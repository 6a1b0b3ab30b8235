package io.oxbow.broker.partition;

import io.oxbow.s3stream.FencedException;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.Stream;
import io.oxbow.s3stream.StreamName;
import io.oxbow.s3stream.StreamStore;
import io.oxbow.s3stream.env.Clock;
import io.oxbow.s3stream.env.Component;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicIdPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes partitions' state to their STATE streams: the due ones at a fixed interval, on a virtual
 * thread, and all that are given up. Streams that don't exist yet are created for a whole round in
 * one entry of the metadata log; a partition that never took much never gets one.
 *
 * <p>One lock: one round at a time. Appends to the partitions go on meanwhile.
 */
final class Checkpoints implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);

    /** Number of looks for due partitions in one interval. */
    private static final int LOOKS_PER_INTERVAL = 30;

    /**
     * Least bytes behind a checkpoint for which giving up writes one: fewer are read again about as
     * fast.
     */
    private static final long LONG_BYTES_MIN = 64 << 10;

    /** Most checkpoints that are held in memory at a time. */
    private static final int TOGETHER_MAX = 256;

    private final StreamStore store;
    private final PartitionSettings settings;
    private final Supplier<Collection<StreamPartition>> open;
    private final Component health;
    private final Map<TopicIdPartition, StateLog> logs = new HashMap<>();
    private final ReentrantLock round = new ReentrantLock();
    private Clock.Cancellable next = () -> {};
    private int looks;
    private volatile boolean closed;

    /**
     * @param open the partitions to look after
     * @param health of the partitions
     */
    Checkpoints(
            StreamStore store,
            PartitionSettings settings,
            Supplier<Collection<StreamPartition>> open,
            Component health) {
        this.health = health;
        this.store = store;
        this.settings = settings;
        this.open = open;
        scheduleNext();
    }

    static StreamName streamOf(TopicIdPartition id) {
        return StreamNames.of(id, StreamName.Kind.STATE);
    }

    /** Attaches the STATE stream of a partition that was opened and has checkpoints from before. */
    StateLog attach(TopicIdPartition id, Stream stream) {
        round.lock();
        try {
            return logs.computeIfAbsent(id, absent -> new StateLog(stream));
        } finally {
            round.unlock();
        }
    }

    void forget(TopicIdPartition id) {
        round.lock();
        try {
            logs.remove(id);
        } finally {
            round.unlock();
        }
    }

    private synchronized void scheduleNext() {
        if (!closed) {
            next =
                    settings.environment()
                            .clock()
                            .after(
                                    settings.checkpointInterval().dividedBy(LOOKS_PER_INTERVAL),
                                    () ->
                                            settings.environment()
                                                    .threads()
                                                    .newThread(this::look)
                                                    .start());
        }
    }

    /**
     * Checkpoints due partitions: those with much behind their checkpoint at once, those with some
     * at the interval.
     */
    private void look() {
        looks++;
        boolean intervalOver = looks % LOOKS_PER_INTERVAL == 0;
        long due =
                intervalOver
                        ? Math.max(1, settings.checkpointBytes() / 16)
                        : settings.checkpointBytes();
        try {
            writeOpen(open.get().stream().filter(p -> p.bytesSinceCheckpoint() >= due).toList());
        } catch (FencedException e) {
            LOG.info("no more checkpoints of partitions' state: {}", e.getMessage());
            close();
        } catch (S3StreamException e) {
            LOG.warn("checkpoints of partitions' state failed, to be tried again", e);
        } catch (Throwable e) {
            health.unexpected("checkpoints of partitions' state, to be tried again", e);
        } finally {
            scheduleNext();
        }
    }

    /** Checkpoints those that were not given up meanwhile, whose STATE streams are closed. */
    void writeOpen(Collection<StreamPartition> due) {
        round.lock();
        try {
            write(due.stream().filter(partition -> !partition.isResigned()).toList());
        } finally {
            round.unlock();
        }
    }

    /**
     * Checkpoints these partitions; returns when that is durable.
     *
     * @throws S3StreamException when the store takes no more
     */
    void write(Collection<StreamPartition> partitions) {
        if (partitions.isEmpty()) {
            return;
        }
        round.lock();
        try {
            openMissing(partitions);
            List<StreamPartition> all = List.copyOf(partitions);
            for (int from = 0; from < all.size(); from += TOGETHER_MAX) {
                writeTogether(all.subList(from, Math.min(all.size(), from + TOGETHER_MAX)));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            round.unlock();
        }
    }

    /** Waits for the log once for all, and not for each: a broker that leaves has hundreds. */
    private void writeTogether(List<StreamPartition> partitions) throws InterruptedException {
        var captured = new LinkedHashMap<StreamPartition, StateCheckpoint>();
        partitions.forEach(partition -> captured.put(partition, partition.captureState()));
        for (var each : captured.entrySet()) {
            // A checkpoint must not be durable before the records that it describes, which may be
            // in another WAL volume.
            each.getKey().awaitDurable(each.getValue().dataOffset());
        }
        var writes = new ArrayList<StateLog.Write>();
        captured.forEach((partition, checkpoint) ->
                writes.add(Objects.requireNonNull(logs.get(partition.id())).begin(checkpoint)));
        for (StateLog.Write write : writes) {
            write.await();
        }
    }

    /** Checkpoints those partitions whose replay would take longer than a checkpoint. */
    void writeLong(Collection<StreamPartition> partitions) {
        write(partitions.stream().filter(p -> p.bytesSinceCheckpoint() >= LONG_BYTES_MIN).toList());
    }

    private void openMissing(Collection<StreamPartition> partitions) {
        var missing = new LinkedHashMap<StreamName, TopicIdPartition>();
        for (StreamPartition partition : partitions) {
            if (!logs.containsKey(partition.id())) {
                missing.put(streamOf(partition.id()), partition.id());
            }
        }
        if (!missing.isEmpty()) {
            store.open(List.copyOf(missing.keySet()))
                    .forEach((name, stream) ->
                            logs.put(
                                    Objects.requireNonNull(missing.get(name)),
                                    new StateLog(stream)));
        }
    }

    /** Returns the STATE streams of the given partitions that are open here. */
    List<StreamName> openStreams(Collection<TopicIdPartition> ids) {
        round.lock();
        try {
            return ids.stream().filter(logs::containsKey).map(Checkpoints::streamOf).toList();
        } finally {
            round.unlock();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        next.cancel();
    }
}
