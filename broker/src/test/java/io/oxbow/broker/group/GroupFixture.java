package io.oxbow.broker.group;

import io.oxbow.broker.config.BrokerConfig;
import io.oxbow.broker.memory.MemoryPartitions;
import io.oxbow.broker.partition.Partitions;
import io.oxbow.broker.producer.TransactionVerifier.Word;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.memory.MemoryBudget;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor;
import org.apache.kafka.clients.consumer.internals.ConsumerProtocol;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.metadata.FeatureLevelRecord;
import org.apache.kafka.common.metadata.PartitionRecord;
import org.apache.kafka.common.metadata.TopicRecord;
import org.apache.kafka.common.network.ClientInformation;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.RequestContext;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.coordinator.group.GroupCoordinator;
import org.apache.kafka.image.MetadataDelta;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.MetadataProvenance;
import org.apache.kafka.server.common.MetadataVersion;
import org.apache.kafka.storage.internals.log.LogConfig;

/** A broker that coordinates the only partition of the group log, on partitions in memory. */
final class GroupFixture implements AutoCloseable {

    static final Uuid ORDERS = new Uuid(11, 11);
    static final TopicIdPartition LOG =
            new TopicIdPartition(new Uuid(22, 22), 0, Topic.GROUP_METADATA_TOPIC_NAME);

    private static final Map<String, String> QUICK =
            Map.of(
                    "offsets.topic.num.partitions", "1",
                    "group.initial.rebalance.delay.ms", "0",
                    "group.consumer.min.heartbeat.interval.ms", "50",
                    "group.consumer.heartbeat.interval.ms", "50");

    final MemoryPartitions partitions;
    final MemoryBudget memory = new MemoryBudget(1 << 20);
    final Groups groups;

    GroupFixture(MemoryPartitions partitions) {
        this(partitions, Environment.system());
    }

    GroupFixture(MemoryPartitions partitions, Environment environment) {
        this.partitions = partitions;
        this.groups =
                new Groups(
                        BrokerConfig.of(QUICK),
                        partitions,
                        memory,
                        (producer, names) -> Word.none(names, Errors.NONE),
                        environment);
        var delta = new MetadataDelta.Builder().setImage(MetadataImage.EMPTY).build();
        feature(
                delta,
                MetadataVersion.FEATURE_NAME,
                MetadataVersion.LATEST_PRODUCTION.featureLevel());
        feature(delta, "group.version", (short) 1);
        delta.replay(new TopicRecord().setName("orders").setTopicId(ORDERS));
        for (int i = 0; i < 4; i++) {
            delta.replay(
                    new PartitionRecord()
                            .setTopicId(ORDERS)
                            .setPartitionId(i)
                            .setReplicas(List.of(1))
                            .setIsr(List.of(1))
                            .setLeader(1));
        }
        groups.changed(delta, delta.apply(new MetadataProvenance(10, 1, 0, true)));
    }

    private static void feature(MetadataDelta delta, String name, short level) {
        delta.replay(new FeatureLevelRecord().setName(name).setFeatureLevel(level));
    }

    GroupFixture elect(int leaderEpoch) {
        partitions.lead(List.of(new Partitions.Leading(LOG, leaderEpoch, new LogConfig(Map.of()))));
        groups.elected(LOG, leaderEpoch);
        return this;
    }

    void resign(int leaderEpoch) {
        groups.resigning(LOG, leaderEpoch);
        partitions.resign(List.of(LOG));
    }

    GroupCoordinator coordinator() {
        return groups.coordinator();
    }

    static RequestContext context(ApiKeys api, String client) {
        return new RequestContext(
                new RequestHeader(api, api.latestVersion(), client, 1),
                "1",
                InetAddress.getLoopbackAddress(),
                KafkaPrincipal.ANONYMOUS,
                ListenerName.normalised("PLAINTEXT"),
                SecurityProtocol.PLAINTEXT,
                ClientInformation.EMPTY,
                false);
    }

    static <T> T get(CompletableFuture<T> future) {
        try {
            return future.get(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Repeats a request until the answer fits; the test's time limit ends it. */
    static <T> T until(Supplier<T> question, Predicate<T> fits) {
        while (true) {
            T answer = question.get();
            if (fits.test(answer)) {
                return answer;
            }
            Thread.yield();
        }
    }

    Errors commit(String group, String member, int generation, int partition, long offset) {
        return commit(group, member, generation, partition, offset, "");
    }

    private Errors commit(
            String group, String member, int generation, int partition, long offset, String note) {
        var request =
                new OffsetCommitRequestData()
                        .setGroupId(group)
                        .setMemberId(member)
                        .setGenerationIdOrMemberEpoch(generation)
                        .setTopics(
                                List.of(
                                        new OffsetCommitRequestData.OffsetCommitRequestTopic()
                                                .setName("orders")
                                                .setTopicId(ORDERS)
                                                .setPartitions(
                                                        List.of(
                                                                new OffsetCommitRequestData
                                                                                .OffsetCommitRequestPartition()
                                                                        .setPartitionIndex(
                                                                                partition)
                                                                        .setCommittedOffset(offset)
                                                                        .setCommittedMetadata(
                                                                                note)))));
        var answer =
                get(
                        coordinator()
                                .commitOffsets(
                                        context(ApiKeys.OFFSET_COMMIT, "client"),
                                        request,
                                        BufferSupplier.NO_CACHING));
        return Errors.forCode(answer.topics().getFirst().partitions().getFirst().errorCode());
    }

    /** Waits while the coordinator loads. */
    Errors commitWhenLoaded(String group, int partition, long offset) {
        return commitWhenLoaded(group, partition, offset, "");
    }

    /** Waits while the coordinator loads, and leaves a note with the offset. */
    Errors commitWhenLoaded(String group, int partition, long offset, String note) {
        return until(
                () -> commit(group, "", -1, partition, offset, note),
                error ->
                        error != Errors.COORDINATOR_LOAD_IN_PROGRESS
                                && error != Errors.NOT_COORDINATOR);
    }

    long committed(String group, int partition) {
        var request =
                new OffsetFetchRequestData.OffsetFetchRequestGroup()
                        .setGroupId(group)
                        .setTopics(
                                List.of(
                                        new OffsetFetchRequestData.OffsetFetchRequestTopics()
                                                .setName("orders")
                                                .setTopicId(ORDERS)
                                                .setPartitionIndexes(List.of(partition))));
        OffsetFetchResponseData.OffsetFetchResponseGroup answer =
                until(
                        () ->
                                get(
                                        coordinator()
                                                .fetchOffsets(
                                                        context(ApiKeys.OFFSET_FETCH, "client"),
                                                        request,
                                                        true)),
                        group1 -> group1.errorCode() == Errors.NONE.code());
        return answer.topics().getFirst().partitions().getFirst().committedOffset();
    }

    JoinGroupResponseData join(String group, String member) {
        ByteBuffer subscription =
                ConsumerProtocol.serializeSubscription(
                        new ConsumerPartitionAssignor.Subscription(List.of("orders")));
        byte[] metadata = new byte[subscription.remaining()];
        subscription.get(metadata);
        var request =
                new JoinGroupRequestData()
                        .setGroupId(group)
                        .setMemberId(member)
                        .setProtocolType("consumer")
                        .setSessionTimeoutMs(30_000)
                        .setRebalanceTimeoutMs(6_000);
        request.protocols()
                .add(
                        new JoinGroupRequestData.JoinGroupRequestProtocol()
                                .setName("range")
                                .setMetadata(metadata));
        return get(
                coordinator()
                        .joinGroup(
                                context(ApiKeys.JOIN_GROUP, "client"),
                                request,
                                BufferSupplier.NO_CACHING));
    }

    ConsumerGroupHeartbeatResponseData heartbeat(
            String group, String member, int epoch, List<Integer> owned) {
        List<ConsumerGroupHeartbeatRequestData.TopicPartitions> partitionsOwned =
                owned.isEmpty()
                        ? List.of()
                        : List.of(
                                new ConsumerGroupHeartbeatRequestData.TopicPartitions()
                                        .setTopicId(ORDERS)
                                        .setPartitions(owned));
        var request =
                new ConsumerGroupHeartbeatRequestData()
                        .setGroupId(group)
                        .setMemberId(member)
                        .setMemberEpoch(epoch)
                        .setTopicPartitions(partitionsOwned);
        if (epoch == 0) {
            request.setRebalanceTimeoutMs(5_000).setSubscribedTopicNames(List.of("orders"));
        }
        return get(
                coordinator()
                        .consumerGroupHeartbeat(
                                context(ApiKeys.CONSUMER_GROUP_HEARTBEAT, "client"), request));
    }

    @Override
    public void close() {
        groups.close();
    }
}
