package io.oxbow.broker.partition;

import io.oxbow.broker.clean.CleanableLog;
import io.oxbow.broker.processor.ProcessorThreads;
import io.oxbow.s3stream.FencedException;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.Stream;
import io.oxbow.s3stream.StreamName;
import io.oxbow.s3stream.StreamName.Kind;
import io.oxbow.s3stream.StreamStore;
import io.oxbow.s3stream.env.Clock;
import io.oxbow.s3stream.env.Component;
import io.oxbow.s3stream.env.Policy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Partitions on the streams of a {@link StreamStore}. What is to be led but can't be opened yet
 * (another node still owns the stream, or reading it fails) is tried again in the background; until
 * then it isn't found, and clients are told that this broker isn't the leader.
 *
 * <p>Changes of leadership hold one lock, also while they do I/O: they come from one thread, and
 * nobody else needs it. Look-ups take no lock.
 */
public final class StreamPartitions implements Partitions, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StreamPartitions.class);
    private static final Duration RETRY_AFTER = Duration.ofMillis(200);

    /** Partitions whose state is read back at the same time. */
    private static final int RECOVERIES_MAX = 64;

    /** Most topics with counts of their own, more than a reader of metrics can use. */
    private static final int COUNTED_TOPICS_MAX = 1_000;

    private final StreamStore store;
    private final PartitionSettings settings;
    private final RecoveredBatches recovered;
    private final Checkpoints checkpoints;
    private final Handover handover;
    private final DamagedRanges damaged;
    private final ProcessorThreads threads;
    private final TrafficByTopic traffic = new TrafficByTopic(COUNTED_TOPICS_MAX);
    private final ReentrantLock changing = new ReentrantLock();
    private final Map<TopicIdPartition, Leading> wanted = new LinkedHashMap<>();
    private final Set<StreamName> leaving = new LinkedHashSet<>();
    private final Map<TopicPartition, StreamPartition> byName = new ConcurrentHashMap<>();
    private final Map<Key, StreamPartition> byId = new ConcurrentHashMap<>();
    private final Component health;
    private Clock.Cancellable retry = () -> {};
    private boolean closed;

    /**
     * A partition without its topic's name, which isn't always known but part of a
     * TopicIdPartition's equality.
     */
    private record Key(Uuid topicId, int partition) {
        static Key of(TopicIdPartition id) {
            return new Key(id.topicId(), id.partition());
        }
    }

    /** Creates partitions that read all of their state from the streams. */
    public StreamPartitions(
            StreamStore store, PartitionSettings settings, ProcessorThreads threads) {
        this(store, settings, RecoveredBatches.none(), threads);
    }

    /**
     * @param recovered what need not be read
     * @param threads for the validation of compressed batches; closed with the partitions
     */
    public StreamPartitions(
            StreamStore store,
            PartitionSettings settings,
            RecoveredBatches recovered,
            ProcessorThreads threads) {
        this.threads = threads;
        this.store = store;
        this.settings = settings;
        this.recovered = recovered;
        damaged = new DamagedRanges(settings.environment().clock());
        health = settings.environment().health().background("partitions", Policy.RETRY);
        health.running();
        checkpoints = new Checkpoints(store, settings, byId::values, health);
        handover = new Handover(store, checkpoints, id -> byId.get(Key.of(id)));
        store.onFailure(cause -> byId.values().forEach(partition -> partition.fail(cause)));
    }

    /** Returns the ranges of the partitions' records that could not be read. */
    public DamagedRanges damaged() {
        return damaged;
    }

    /** Returns what empties partitions for another broker. */
    public Handover handover() {
        return handover;
    }

    /** Returns the partitions whose topics are compacted. */
    public List<CleanableLog> cleanable() {
        return byId.values().stream()
                .filter(partition -> partition.config().compact)
                .<CleanableLog>map(
                        partition -> new CleanablePartition(partition, store, checkpoints))
                .toList();
    }

    /** Returns counts of bytes and records appended and fetched, by topic. */
    public List<TopicTraffic> traffic() {
        return traffic.all();
    }

    /** Returns the counts of the partitions that were used since they were opened. */
    public Map<TopicPartition, PartitionCounts> counts() {
        Map<TopicPartition, PartitionCounts> counts = new HashMap<>();
        for (StreamPartition partition : byId.values()) {
            PartitionCounts counted = PartitionCounts.of(partition);
            if (!counted.equals(PartitionCounts.NONE)) {
                counts.put(partition.id().topicPartition(), counted);
            }
        }
        return counts;
    }

    @Override
    public void lead(Collection<Leading> partitions) {
        changing.lock();
        try {
            for (Leading leading : partitions) {
                StreamPartition open = byId.get(Key.of(leading.id()));
                if (open == null) {
                    wanted.put(leading.id(), leading);
                    streamsOf(List.of(leading.id())).forEach(leaving::remove);
                } else {
                    open.configure(leading.config());
                    open.raiseLeaderEpoch(leading.leaderEpoch());
                }
            }
            openWanted();
        } finally {
            changing.unlock();
        }
    }

    private void openWanted() {
        if (closed) {
            return;
        }
        closeLeaving();
        try {
            List<Leading> free = freeOnes();
            if (!free.isEmpty()) {
                recoverAll(free, openStreams(free));
            }
        } catch (FencedException e) {
            throw e;
        } catch (S3StreamException e) {
            LOG.warn("{} partitions cannot be opened yet: {}", wanted.size(), e.getMessage());
        }
        if (wanted.isEmpty() && leaving.isEmpty()) {
            health.running();
            return;
        }
        health.retrying(
                wanted.isEmpty()
                        ? "%d streams cannot be closed yet".formatted(leaving.size())
                        : "%d partitions cannot be opened yet, %s for one"
                                .formatted(wanted.size(), wanted.keySet().iterator().next()));
        tryAgainSoon();
    }

    /** Returns the wanted partitions but those that another node has not given up yet. */
    private List<Leading> freeOnes() {
        if (wanted.isEmpty()) {
            return List.of();
        }
        var held = new HashSet<>(store.heldByOthers(streamsOf(wanted.keySet())));
        return wanted.values().stream()
                .filter(leading ->
                        streamsOf(List.of(leading.id())).stream().noneMatch(held::contains))
                .toList();
    }

    /** One try is due at a time, however many partitions wait for it. */
    private void tryAgainSoon() {
        retry.cancel();
        retry = settings.environment().clock().after(RETRY_AFTER, this::retryLater);
    }

    private void retryLater() {
        settings.environment()
                .threads()
                .newThread(() -> {
                    changing.lock();
                    try {
                        openWanted();
                    } catch (FencedException e) {
                        LOG.warn("giving up on opening partitions: {}", e.getMessage());
                    } catch (Throwable e) {
                        // Without another try these partitions would stay closed for good.
                        health.unexpected("opening partitions", e);
                        tryAgainSoon();
                    } finally {
                        changing.unlock();
                    }
                })
                .start();
    }

    /**
     * Opens all DATA streams, and the STATE streams that exist, in one entry of the metadata log.
     */
    private Map<StreamName, Stream> openStreams(List<Leading> free) {
        var names = new LinkedHashSet<StreamName>();
        free.forEach(leading -> names.add(StreamNames.of(leading.id(), Kind.DATA)));
        names.addAll(
                store.existing(free.stream().map(Leading::id).map(Checkpoints::streamOf).toList()));
        return store.open(names);
    }

    private void recoverAll(List<Leading> toOpen, Map<StreamName, Stream> streams) {
        var permits = new Semaphore(RECOVERIES_MAX);
        var done = new CountDownLatch(toOpen.size());
        for (Leading leading : toOpen) {
            permits.acquireUninterruptibly();
            settings.environment()
                    .threads()
                    .newThread(() -> {
                        try {
                            recover(leading, streams);
                        } catch (Throwable e) {
                            openingFailed(leading.id(), e);
                        } finally {
                            permits.release();
                            done.countDown();
                        }
                    })
                    .start();
        }
        try {
            done.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        wanted.keySet().removeIf(id -> byId.containsKey(Key.of(id)));
    }

    /** To be tried again. */
    private void openingFailed(TopicIdPartition id, Throwable cause) {
        if (cause instanceof S3StreamException || cause instanceof ApiException) {
            LOG.error("{} cannot be opened, to be tried again", id, cause);
        } else {
            health.unexpected("opening " + id, cause);
        }
    }

    private void recover(Leading leading, Map<StreamName, Stream> streams) {
        TopicIdPartition id = leading.id();
        Stream data = streams.get(StreamNames.of(id, Kind.DATA));
        if (data == null) {
            throw new IllegalStateException("the store did not open " + id);
        }
        Optional<StateLog> stateLog =
                Optional.ofNullable(streams.get(Checkpoints.streamOf(id)))
                        .map(stream -> checkpoints.attach(id, stream));
        var partition =
                new StreamPartition(
                        leading,
                        data,
                        settings,
                        threads,
                        damaged,
                        new PartitionTraffic(traffic.of(id)),
                        new HighWatermarkListeners(health));
        partition.recover(stateLog, recovered.take(data.name()));
        RecoveredBatches.Lost lost = recovered.takeLost(data.name());
        if (lost != null) {
            damaged.lost(id, lost);
        }
        byId.put(Key.of(id), partition);
        byName.put(id.topicPartition(), partition);
    }

    @Override
    public void configure(Uuid topicId, LogConfig config) {
        changing.lock();
        try {
            wanted.replaceAll((id, leading) ->
                    id.topicId().equals(topicId)
                            ? new Leading(id, leading.leaderEpoch(), config)
                            : leading);
            byId.values().stream()
                    .filter(partition -> partition.id().topicId().equals(topicId))
                    .forEach(partition -> partition.configure(config));
        } finally {
            changing.unlock();
        }
    }

    @Override
    public void resign(Collection<TopicIdPartition> ids) {
        changing.lock();
        try {
            List<StreamPartition> given = withdraw(ids);
            try {
                checkpoints.writeLong(given);
            } catch (S3StreamException e) {
                // Another node has the streams already, or the WAL has failed: recovery replays the
                // records instead.
                LOG.warn(
                        "gave {} partitions up without a checkpoint: {}",
                        given.size(),
                        e.getMessage());
            }
            leaving.addAll(streamsOf(ids));
            ids.forEach(checkpoints::forget);
            closeLeaving();
            if (!leaving.isEmpty() && !closed) {
                tryAgainSoon();
            }
        } finally {
            changing.unlock();
        }
    }

    @Override
    public void delete(Uuid topicId) {
        changing.lock();
        try {
            var ids = new LinkedHashSet<TopicIdPartition>();
            ids.addAll(wanted.keySet());
            byId.values().forEach(partition -> ids.add(partition.id()));
            ids.removeIf(id -> !id.topicId().equals(topicId));
            withdraw(ids);
            traffic.forget(topicId);
            var names = new ArrayList<StreamName>();
            for (TopicIdPartition id : ids) {
                names.add(StreamNames.of(id, Kind.DATA));
                names.add(Checkpoints.streamOf(id));
                checkpoints.forget(id);
            }
            names.forEach(leaving::remove);
            store.delete(store.existing(names));
        } finally {
            changing.unlock();
        }
    }

    /** Withdraws partitions: they are found no more, and refuse appends. */
    private List<StreamPartition> withdraw(Collection<TopicIdPartition> ids) {
        var given = new ArrayList<StreamPartition>();
        for (TopicIdPartition id : ids) {
            wanted.remove(id);
            StreamPartition partition = byId.remove(Key.of(id));
            damaged.forget(id);
            if (partition != null) {
                byName.remove(id.topicPartition(), partition);
                partition.resign();
                given.add(partition);
            }
        }
        return given;
    }

    /** Closes streams of partitions that were given up; those that cannot be now are later. */
    private void closeLeaving() {
        if (leaving.isEmpty()) {
            return;
        }
        try {
            store.close(leaving);
            leaving.clear();
        } catch (FencedException e) {
            LOG.warn("{} streams are not this node's any more: {}", leaving.size(), e.getMessage());
            leaving.clear();
        } catch (S3StreamException e) {
            LOG.warn("{} streams cannot be closed yet: {}", leaving.size(), e.getMessage());
        }
    }

    private static List<StreamName> streamsOf(Collection<TopicIdPartition> ids) {
        var names = new ArrayList<StreamName>();
        for (TopicIdPartition id : ids) {
            names.add(StreamNames.of(id, Kind.DATA));
            names.add(Checkpoints.streamOf(id));
        }
        return names;
    }

    @Override
    public Optional<Partition> find(String topic, int partition) {
        return Optional.ofNullable(byName.get(new TopicPartition(topic, partition)));
    }

    @Override
    public Optional<Partition> find(Uuid topicId, int partition) {
        return Optional.ofNullable(byId.get(new Key(topicId, partition)));
    }

    @Override
    public List<Partition> all() {
        return List.copyOf(byId.values());
    }

    /** Checkpoints all partitions that took anything since the last time. */
    public void checkpointNow() {
        checkpoints.write(
                byId.values().stream().filter(p -> p.bytesSinceCheckpoint() > 0).toList());
    }

    /** Gives all partitions up in good order; the store's owner closes the store. */
    @Override
    public void close() {
        changing.lock();
        try {
            closed = true;
            retry.cancel();
            health.stopped();
            checkpoints.close();
            resign(byId.values().stream().map(StreamPartition::id).toList());
        } finally {
            changing.unlock();
            threads.close();
        }
    }
}
