package io.oxbow.broker.transaction;

import io.oxbow.s3stream.env.Clock;
import io.oxbow.s3stream.env.Component;
import io.oxbow.s3stream.env.TimedCondition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivery of a decided transaction's markers to all of its partitions, until each has one. A
 * broker has one call under way at a time, and none waits for another broker's. Used once.
 */
final class MarkerDelivery {

    private static final Logger LOG = LoggerFactory.getLogger(MarkerDelivery.class);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    /**
     * Source of the markers.
     *
     * @param marker made anew for each call; empty once the coordinator was succeeded
     * @param over true once the coordinator was succeeded, which ends the delivery
     */
    record Decided(
            String transactionalId, Supplier<Optional<Marker>> marker, BooleanSupplier over) {}

    private final Decided decided;
    private final MarkerSender.Leaders leaders;
    private final MarkerSender.Broker brokers;
    private final ThreadFactory threads;
    private final Component health;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition progress;
    private final Set<TopicPartition> left;
    private final Set<Integer> called = new HashSet<>();
    private boolean fenced;

    MarkerDelivery(
            Decided decided,
            Set<TopicPartition> partitions,
            MarkerSender.Leaders leaders,
            MarkerSender.Broker brokers,
            Clock clock,
            ThreadFactory threads,
            Component health) {
        this.decided = decided;
        this.left = new HashSet<>(partitions);
        this.leaders = leaders;
        this.brokers = brokers;
        this.threads = threads;
        this.health = health;
        this.progress = new TimedCondition(clock, lock);
    }

    /**
     * Delivers the markers; blocks.
     *
     * @return false if the coordinator was succeeded before all were written
     */
    boolean run() throws InterruptedException {
        Duration pause = FIRST_PAUSE;
        while (!decided.over().getAsBoolean()) {
            Map<Integer, List<TopicPartition>> calls = nextCalls();
            if (calls == null) {
                return !isFenced();
            }
            if (calls.size() == 1 && areAll(calls.values().iterator().next())) {
                var only = calls.entrySet().iterator().next();
                call(only.getKey(), only.getValue());
            } else {
                calls.forEach((broker, partitions) ->
                        health.startTask(threads, () -> call(broker, partitions)));
            }
            awaitProgress(pause);
            pause = pause.multipliedBy(2);
            pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
        }
        return false;
    }

    /** Returns partitions by leader for the brokers that aren't being called; null at the end. */
    private @Nullable Map<Integer, List<TopicPartition>> nextCalls() {
        lock.lock();
        try {
            left.removeIf(partition -> !leaders.exists(partition));
            if (left.isEmpty() || fenced) {
                return null;
            }
            Map<Integer, List<TopicPartition>> byLeader = new HashMap<>();
            for (TopicPartition partition : left) {
                leaders.leader(partition)
                        .filter(broker -> !called.contains(broker))
                        .ifPresent(broker ->
                                byLeader.computeIfAbsent(broker, any -> new ArrayList<>())
                                        .add(partition));
            }
            called.addAll(byLeader.keySet());
            return byLeader;
        } finally {
            lock.unlock();
        }
    }

    private boolean areAll(List<TopicPartition> partitions) {
        lock.lock();
        try {
            return left.size() == partitions.size();
        } finally {
            lock.unlock();
        }
    }

    private boolean isFenced() {
        lock.lock();
        try {
            return fenced;
        } finally {
            lock.unlock();
        }
    }

    private void call(int broker, List<TopicPartition> partitions) throws InterruptedException {
        Map<TopicPartition, Errors> results = Map.of();
        try {
            Optional<Marker> marker = decided.marker().get();
            if (marker.isPresent()) {
                results = brokers.write(broker, marker.get(), partitions);
            }
        } finally {
            settle(broker, results);
        }
    }

    private void settle(int broker, Map<TopicPartition, Errors> results) {
        lock.lock();
        try {
            called.remove(broker);
            int before = left.size();
            results.forEach(this::settle);
            // What has failed is tried again after the pause, not at once.
            if (fenced || before - left.size() == results.size()) {
                progress.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private void settle(TopicPartition partition, Errors result) {
        switch (result) {
            // The producer has a newer epoch there: no transaction of this one is open.
            case NONE, INVALID_PRODUCER_EPOCH -> left.remove(partition);
            case TRANSACTION_COORDINATOR_FENCED -> {
                LOG.info("{} is ended by a newer coordinator", decided.transactionalId());
                fenced = true;
            }
            default ->
                    LOG.debug(
                            "{} has no marker of {} yet: {}",
                            partition,
                            decided.transactionalId(),
                            result);
        }
    }

    private void awaitProgress(Duration pause) throws InterruptedException {
        lock.lock();
        try {
            if (!left.isEmpty() && !fenced) {
                progress.awaitFor(pause.toNanos());
            }
        } finally {
            lock.unlock();
        }
    }
}
