package io.oxbow.broker.group;

import io.oxbow.broker.partition.Partition;
import io.oxbow.broker.partition.Partitions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.message.ListGroupsResponseData.ListedGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseGroup;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.coordinator.group.GroupCoordinator;

/**
 * Measures the lags of the groups that this broker coordinates, in the partitions that it leads.
 * Asks the coordinator each time, and only as many groups as a reader of metrics can use.
 */
public final class GroupLags {

    /**
     * Records between a group's committed offset and the high watermark.
     *
     * @param partition one in which the group has committed
     */
    public record Lag(String group, TopicPartition partition, long records) {}

    /**
     * Lags of the first groups by name.
     *
     * @param groupsLeftOut how many groups more there are, or could not be asked in time
     */
    public record Lags(List<Lag> lags, int groupsLeftOut) {}

    private final GroupCoordinator coordinator;
    private final Partitions partitions;
    private final int groupsMax;
    private final int lagsMax;

    /**
     * @param groupsMax so many groups are asked at most
     * @param lagsMax no further group is told of when there are so many lags
     */
    public GroupLags(
            GroupCoordinator coordinator, Partitions partitions, int groupsMax, int lagsMax) {
        this.coordinator = coordinator;
        this.partitions = partitions;
        this.groupsMax = groupsMax;
        this.lagsMax = lagsMax;
    }

    /** Blocks until the coordinator has answered, or for {@code limit}. */
    public Lags read(Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        List<String> groups = groups(deadline);
        var asked = new LinkedHashMap<String, CompletableFuture<OffsetFetchResponseGroup>>();
        groups.stream().limit(groupsMax).forEach(group -> asked.put(group, offsets(group)));
        var lags = new ArrayList<Lag>();
        int told = 0;
        for (var group : asked.entrySet()) {
            Optional<OffsetFetchResponseGroup> offsets = await(group.getValue(), deadline);
            if (offsets.isEmpty()) {
                continue;
            }
            Collection<Lag> more = lags(group.getKey(), offsets.get());
            if (lags.size() + more.size() > lagsMax) {
                break;
            }
            lags.addAll(more);
            told++;
        }
        return new Lags(lags, groups.size() - told);
    }

    private List<String> groups(long deadline) throws InterruptedException {
        return await(
                        coordinator.listGroups(
                                InProcess.context(ApiKeys.LIST_GROUPS),
                                new ListGroupsRequestData()),
                        deadline)
                .map(list -> list.groups().stream().map(ListedGroup::groupId).sorted().toList())
                .orElse(List.of());
    }

    private CompletableFuture<OffsetFetchResponseGroup> offsets(String group) {
        return coordinator.fetchOffsets(
                InProcess.context(ApiKeys.OFFSET_FETCH),
                new OffsetFetchRequestGroup().setGroupId(group).setTopics(null),
                false);
    }

    /**
     * Waits for an answer; empty when there is none in time, or it is an error: a group may just
     * have gone.
     */
    private static <T> Optional<T> await(CompletableFuture<T> answer, long deadline)
            throws InterruptedException {
        try {
            long left = Math.max(0, deadline - System.nanoTime());
            return Optional.of(answer.get(left, TimeUnit.NANOSECONDS));
        } catch (ExecutionException | TimeoutException e) {
            return Optional.empty();
        }
    }

    /**
     * Returns a lag for each partition. Kafka's coordinator may answer a partition twice, with the
     * same offset: after a commit that could not be written, until the next one.
     */
    private Collection<Lag> lags(String group, OffsetFetchResponseGroup offsets) {
        var lags = new LinkedHashMap<TopicPartition, Lag>();
        for (var topic : offsets.topics()) {
            for (var committed : topic.partitions()) {
                Optional<Partition> partition =
                        partitions.find(topic.name(), committed.partitionIndex());
                boolean known =
                        committed.errorCode() == Errors.NONE.code()
                                && committed.committedOffset() >= 0;
                if (known && partition.isPresent()) {
                    long behind = partition.get().highWatermark() - committed.committedOffset();
                    var key = new TopicPartition(topic.name(), committed.partitionIndex());
                    lags.put(key, new Lag(group, key, Math.max(0, behind)));
                }
            }
        }
        return lags.values();
    }
}
