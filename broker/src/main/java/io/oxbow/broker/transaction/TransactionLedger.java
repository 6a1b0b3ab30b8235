package io.oxbow.broker.transaction;

import io.oxbow.broker.control.ClusterMetadata;
import io.oxbow.broker.control.LeadershipListener;
import io.oxbow.broker.partition.Partition;
import io.oxbow.broker.partition.Partitions;
import io.oxbow.broker.records.InternalLogs;
import io.oxbow.s3stream.env.Component;
import io.oxbow.s3stream.env.Environment;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * The partitions of the transaction log that this broker leads: loads them when their leadership
 * begins, and again when one of their appends has failed. Thread-safe.
 */
final class TransactionLedger implements LeadershipListener, AutoCloseable {

    private static final Duration RELOAD_AFTER = Duration.ofSeconds(1);

    private final Partitions partitions;
    private final ClusterMetadata metadata;
    private final Environment environment;
    private final Component health;
    private final InternalLogs logs;
    private final Consumer<TransactionPartition> loaded;
    private final Map<Integer, TransactionPartition> led = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /**
     * @param loaded takes each partition whose states are there
     */
    TransactionLedger(
            Partitions partitions,
            ClusterMetadata metadata,
            int loadBytes,
            Environment environment,
            Component health,
            Consumer<TransactionPartition> loaded) {
        this.partitions = partitions;
        this.metadata = metadata;
        this.environment = environment;
        this.health = health;
        this.logs = new InternalLogs(loadBytes, environment);
        this.loaded = loaded;
    }

    /** Returns the number of the log's partition that keeps an id; empty if there is no log. */
    Optional<Integer> partitionOf(String transactionalId) {
        return metadata.cache()
                .numPartitions(Topic.TRANSACTION_STATE_TOPIC_NAME)
                .map(count -> Utils.abs(transactionalId.hashCode()) % count);
    }

    /** Returns the partition that keeps an id, if this broker leads it. */
    @Nullable TransactionPartition find(String transactionalId) {
        return partitionOf(transactionalId).map(led::get).orElse(null);
    }

    Collection<TransactionPartition> all() {
        return led.values();
    }

    /** Returns why partitions are not loaded, or null. */
    @Nullable String impediment() {
        return logs.failing().entrySet().stream()
                .findFirst()
                .map(one -> "%s cannot be loaded: %s".formatted(one.getKey(), one.getValue()))
                .orElse(null);
    }

    @Override
    public void elected(TopicIdPartition id, int leaderEpoch) {
        if (!isTransactionLog(id)) {
            return;
        }
        Optional<Partition> open = partitions.find(id.topicId(), id.partition());
        if (open.isEmpty()) {
            return;
        }
        TransactionPartition present = led.get(id.partition());
        if (present != null && present.log() == open.get() && !present.isOver()) {
            present.raise(leaderEpoch);
        } else {
            begin(open.get(), leaderEpoch);
        }
    }

    private void begin(Partition log, int epoch) {
        var partition = new TransactionPartition(log, epoch);
        TransactionPartition earlier = led.put(log.id().partition(), partition);
        if (earlier != null) {
            earlier.end();
        }
        health.startTask(environment.threads(), () -> load(partition));
    }

    private void load(TransactionPartition partition) throws InterruptedException {
        try {
            partition.load(logs);
            loaded.accept(partition);
        } catch (NotLeaderOrFollowerException e) {
            partition.end();
        } catch (RuntimeException | Error e) {
            partition.end();
            loadAgain(partition);
            throw e;
        }
    }

    /** Loads a partition anew, after a while, unless it is given up. */
    void loadAgain(TransactionPartition partition) {
        environment.clock().after(RELOAD_AFTER, health.task(() -> beginAgain(partition)));
    }

    private void beginAgain(TransactionPartition partition) {
        if (!closed && led.get(partition.log().id().partition()) == partition) {
            begin(partition.log(), partition.epoch());
        }
    }

    @Override
    public void resigning(TopicIdPartition id, int leaderEpoch) {
        if (isTransactionLog(id)) {
            TransactionPartition ended = led.remove(id.partition());
            if (ended != null) {
                ended.end();
            }
        }
    }

    private static boolean isTransactionLog(TopicIdPartition id) {
        return id.topic().equals(Topic.TRANSACTION_STATE_TOPIC_NAME);
    }

    @Override
    public void close() {
        closed = true;
        logs.close();
        led.values().forEach(TransactionPartition::end);
    }
}
