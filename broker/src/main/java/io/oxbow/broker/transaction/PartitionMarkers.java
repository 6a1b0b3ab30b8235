package io.oxbow.broker.transaction;

import io.oxbow.broker.network.Answers;
import io.oxbow.broker.partition.LedPartitions;
import io.oxbow.broker.partition.Partition;
import io.oxbow.broker.partition.Partition.Membership;
import io.oxbow.s3stream.Commit;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.env.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.coordinator.group.GroupCoordinator;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.apache.kafka.storage.internals.log.VerificationGuard;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes markers to partitions that this broker leads. Those of the group log go through the group
 * coordinator, which makes the offsets of the transaction valid, or drops them.
 */
final class PartitionMarkers {

    private static final Logger LOG = LoggerFactory.getLogger(PartitionMarkers.class);

    /** Longest wait for the group coordinator. */
    private static final Duration PATIENCE = Duration.ofSeconds(25);

    private final LedPartitions partitions;
    private final GroupCoordinator groups;
    private final Clock clock;
    private final MarkerOrder order = new MarkerOrder();

    PartitionMarkers(LedPartitions partitions, GroupCoordinator groups, Clock clock) {
        this.partitions = partitions;
        this.groups = groups;
        this.clock = clock;
    }

    /**
     * Writes a marker to each partition; blocks until all are durable.
     *
     * @return for each partition NONE, or why it has no marker, or it isn't known
     */
    Map<TopicPartition, Errors> write(Marker marker, Collection<TopicPartition> names)
            throws InterruptedException {
        var results = new HashMap<TopicPartition, Errors>();
        if (marker.producerId() < 0 || marker.producerEpoch() < 0) {
            names.forEach(name -> results.put(name, Errors.INVALID_REQUEST));
            return results;
        }
        var commits = new HashMap<TopicPartition, Commit>();
        var groupLogs = new HashMap<TopicPartition, CompletableFuture<Void>>();
        boolean inTurn =
                order.run(
                        marker.attempt(),
                        marker.producerId(),
                        () -> append(marker, names, commits, groupLogs, results));
        if (!inTurn) {
            LOG.info("a marker of producer {} comes late, and is dropped", marker.producerId());
            names.forEach(name -> results.put(name, Errors.REQUEST_TIMED_OUT));
        }
        for (var commit : commits.entrySet()) {
            results.put(commit.getKey(), outcome(commit.getKey(), commit.getValue()));
        }
        for (var groupLog : groupLogs.entrySet()) {
            results.put(groupLog.getKey(), outcome(groupLog.getValue()));
        }
        return results;
    }

    private void append(
            Marker marker,
            Collection<TopicPartition> names,
            Map<TopicPartition, Commit> commits,
            Map<TopicPartition, CompletableFuture<Void>> groupLogs,
            Map<TopicPartition, Errors> results) {
        for (TopicPartition name : names) {
            if (name.topic().equals(Topic.GROUP_METADATA_TOPIC_NAME)) {
                groupLogs.put(name, complete(marker, name));
                continue;
            }
            try {
                commits.put(name, append(marker, name));
            } catch (ApiException e) {
                results.put(name, Errors.forException(e));
            }
        }
    }

    private Commit append(Marker marker, TopicPartition name) {
        Partition partition = partitions.require(name.topic(), name.partition());
        return partition
                .append(
                        marker.records(clock.wallMillis()),
                        AppendOrigin.COORDINATOR,
                        -1,
                        Partition.Client.NODE,
                        new Membership(VerificationGuard.SENTINEL, marker.version()))
                .commit();
    }

    private CompletableFuture<Void> complete(Marker marker, TopicPartition name) {
        return groups.completeTransaction(
                name,
                marker.producerId(),
                marker.producerEpoch(),
                marker.coordinatorEpoch(),
                marker.result(),
                marker.version());
    }

    private static Errors outcome(TopicPartition name, Commit commit) throws InterruptedException {
        try {
            commit.await();
            return Errors.NONE;
        } catch (S3StreamException e) {
            LOG.warn("it is not known whether {} has a marker: {}", name, e.getMessage());
            return Errors.KAFKA_STORAGE_ERROR;
        }
    }

    private static Errors outcome(CompletableFuture<Void> completion) throws InterruptedException {
        try {
            completion.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            return Errors.NONE;
        } catch (ExecutionException e) {
            Errors error = Errors.forException(Answers.cause(e));
            return switch (error) {
                case NOT_COORDINATOR, COORDINATOR_NOT_AVAILABLE, COORDINATOR_LOAD_IN_PROGRESS ->
                        Errors.NOT_LEADER_OR_FOLLOWER;
                default -> error;
            };
        } catch (TimeoutException e) {
            return Errors.REQUEST_TIMED_OUT;
        }
    }
}
