package io.oxbow.broker.group;

import com.yammer.metrics.core.MetricsRegistry;
import io.oxbow.broker.config.BrokerConfig;
import io.oxbow.broker.control.BrokerMetadataPublisher;
import io.oxbow.broker.control.LeadershipListener;
import io.oxbow.broker.partition.Partition;
import io.oxbow.broker.partition.Partitions;
import io.oxbow.broker.producer.TransactionVerifier;
import io.oxbow.s3stream.env.Component;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.env.Policy;
import io.oxbow.s3stream.memory.MemoryBudget;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.coordinator.common.runtime.CoordinatorRecord;
import org.apache.kafka.coordinator.common.runtime.CoordinatorRuntimeMetricsImpl;
import org.apache.kafka.coordinator.group.GroupConfigManager;
import org.apache.kafka.coordinator.group.GroupCoordinator;
import org.apache.kafka.coordinator.group.GroupCoordinatorConfig;
import org.apache.kafka.coordinator.group.GroupCoordinatorRecordSerde;
import org.apache.kafka.coordinator.group.GroupCoordinatorService;
import org.apache.kafka.coordinator.group.metrics.GroupCoordinatorMetrics;
import org.apache.kafka.image.MetadataDelta;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.TopicImage;
import org.apache.kafka.server.share.persister.NoOpStatePersister;
import org.jspecify.annotations.Nullable;

/**
 * The consumer groups that this broker coordinates: those whose partition of the group log it
 * leads. Thread-safe.
 */
public final class Groups
        implements LeadershipListener, BrokerMetadataPublisher.DeltaListener, AutoCloseable {

    private static final Duration RELOAD_AFTER = Duration.ofSeconds(10);

    private final BrokerConfig config;
    private final Partitions partitions;
    private final Environment environment;
    private final Component health;
    private final NoteMemory notes;
    private final MemberMemory members;
    private final GroupLog log;
    private final Metrics metrics = new Metrics();
    private final GroupLoader<CoordinatorRecord> loader;
    private final GroupCoordinatorService coordinator;
    private final Map<TopicPartition, String> failedLoads = new ConcurrentHashMap<>();
    private boolean started;
    private volatile boolean closed;

    /**
     * @param memory for what members say of themselves, and for notes on committed offsets
     * @param verifier asked about transactions whose offsets are committed
     */
    public Groups(
            BrokerConfig config,
            Partitions partitions,
            MemoryBudget memory,
            TransactionVerifier verifier,
            Environment environment) {
        this.config = config;
        this.partitions = partitions;
        this.environment = environment;
        this.health = environment.health().background("group-coordinator", Policy.RETRY);
        this.notes = new NoteMemory(memory);
        this.members = new MemberMemory(memory, environment.clock());
        this.log = new GroupLog(notes, verifier, environment.threads(), health);
        this.loader =
                new GroupLoader<>(
                        log,
                        new GroupCoordinatorRecordSerde(),
                        config.groupCoordinator().offsetsLoadBufferSize(),
                        notes::record,
                        environment,
                        this::loadFailed);
        this.coordinator = newCoordinator();
        health.watch(this::impediment);
    }

    private GroupCoordinatorService newCoordinator() {
        GroupCoordinatorConfig groups = config.groupCoordinator();
        return new GroupCoordinatorService.Builder(config.nodeId(), groups)
                .withTime(Time.SYSTEM)
                .withTimer(new GroupTimer(environment))
                .withLoader(loader)
                .withWriter(log)
                .withCoordinatorRuntimeMetrics(
                        new CoordinatorRuntimeMetricsImpl(
                                metrics, "group-coordinator-metrics", true))
                .withGroupCoordinatorMetrics(
                        new GroupCoordinatorMetrics(new MetricsRegistry(), metrics))
                .withGroupConfigManager(groupConfigs(groups))
                .withPersister(new NoOpStatePersister())
                .withAuthorizerPlugin(Optional.empty())
                .withPartitionMetadataClient(new NoShareGroups())
                .build();
    }

    private GroupConfigManager groupConfigs(GroupCoordinatorConfig groups) {
        var shareGroups = config.shareGroup();
        return new GroupConfigManager(
                groups.extractGroupConfigMap(shareGroups), groups, shareGroups);
    }

    /** Partitions of the group log that cannot be read just now, and why. */
    public Map<TopicPartition, String> failingLoads() {
        Map<TopicPartition, String> all = new HashMap<>(failedLoads);
        all.putAll(loader.failing());
        return all;
    }

    private @Nullable String impediment() {
        Map<TopicPartition, String> failing = failingLoads();
        return failing.entrySet().stream()
                .findFirst()
                .map(one ->
                        "groups of %d partitions wait to be loaded; %s: %s"
                                .formatted(failing.size(), one.getKey(), one.getValue()))
                .orElse(null);
    }

    /** The coordinator gives up a partition whose load failed, until it is elected once more. */
    private void loadFailed(TopicPartition name, Throwable cause) {
        failedLoads.put(name, String.valueOf(cause));
        health.unexpected("the load of " + name, cause);
        environment.clock().after(RELOAD_AFTER, health.task(() -> loadAgain(name)));
    }

    private void loadAgain(TopicPartition name) {
        failedLoads.remove(name);
        if (closed || log.leaderEpoch(name).isEmpty()) {
            return;
        }
        // An election at an epoch that the coordinator has seen is ignored, whatever came of it.
        coordinator.onResignation(name.partition(), OptionalInt.empty());
        log.leaderEpoch(name).ifPresent(epoch -> coordinator.onElection(name.partition(), epoch));
    }

    /** Returns the ledger of notes on committed offsets. */
    NoteMemory notes() {
        return notes;
    }

    /** Returns the ledger of what members say of themselves. */
    MemberMemory members() {
        return members;
    }

    /** Returns the coordinator by Kafka's own interface. */
    public GroupCoordinator coordinator() {
        return coordinator;
    }

    /**
     * Passes changes of topics and of groups' configurations to the coordinator. The coordinator
     * must know how many partitions the group log has before it is asked anything.
     */
    @Override
    public void changed(MetadataDelta delta, MetadataImage image) {
        startUp(partitionCount(image));
        if (delta.configsDelta() != null) {
            for (ConfigResource resource : delta.configsDelta().changes().keySet()) {
                if (resource.type() == ConfigResource.Type.GROUP) {
                    coordinator.updateGroupConfig(
                            resource.name(), image.configs().configProperties(resource));
                }
            }
        }
        coordinator.onMetadataUpdate(delta, image);
    }

    private synchronized void startUp(int partitionCount) {
        if (!started) {
            started = true;
            coordinator.startup(() -> partitionCount);
            health.running();
        }
    }

    private int partitionCount(MetadataImage image) {
        TopicImage topic = image.topics().getTopic(Topic.GROUP_METADATA_TOPIC_NAME);
        return topic == null ? config.offsetsTopicPartitions() : topic.partitions().size();
    }

    @Override
    public void elected(TopicIdPartition id, int leaderEpoch) {
        if (!isGroupLog(id)) {
            return;
        }
        Optional<Partition> partition = partitions.find(id.topicId(), id.partition());
        if (partition.isPresent()) {
            log.begin(id.topicPartition(), partition.get(), leaderEpoch);
            coordinator.onElection(id.partition(), leaderEpoch);
        }
    }

    @Override
    public void resigning(TopicIdPartition id, int leaderEpoch) {
        if (isGroupLog(id)) {
            log.end(id.topicPartition());
            coordinator.onResignation(id.partition(), OptionalInt.empty());
        }
    }

    private static boolean isGroupLog(TopicIdPartition id) {
        return id.topic().equals(Topic.GROUP_METADATA_TOPIC_NAME);
    }

    @Override
    public void close() {
        closed = true;
        health.stopped();
        // A coordinator that never started would not shut down either, and leave its threads
        // behind.
        startUp(config.offsetsTopicPartitions());
        coordinator.shutdown();
        metrics.close();
    }
}
