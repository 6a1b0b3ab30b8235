package io.oxbow.node.adapter;

import io.oxbow.broker.group.GroupProgress;
import io.oxbow.s3stream.env.Component;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.env.Policy;
import io.oxbow.s3stream.env.TimedCondition;
import io.oxbow.tableflow.service.ProgressListener;
import io.oxbow.tableflow.translate.TableTopic;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows the progress of each table as a consumer group {@code oxbow-table-TOPIC}, so that any lag
 * tool works. It only shows: the truth is in the table's snapshots.
 *
 * <p>A thread of its own commits the newest offsets of each group, again and again while the
 * coordinator is not ready, or is another node's, so that translation never waits for it. Each node
 * has the offsets of all tables, and shows those whose coordinator it is.
 */
public final class TableGroups implements ProgressListener, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TableGroups.class);
    private static final String PREFIX = "oxbow-table-";
    private static final Duration RETRY = Duration.ofMillis(250);

    private final GroupProgress groups;
    private final Component health;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition changed;
    private final LinkedHashMap<String, Map<TopicPartition, Long>> toShow = new LinkedHashMap<>();

    /** Groups that could not be shown; they wait together. */
    private final LinkedHashMap<String, Map<TopicPartition, Long>> again = new LinkedHashMap<>();

    private boolean closed;

    private TableGroups(GroupProgress groups, Environment environment) {
        this.groups = groups;
        this.changed = new TimedCondition(environment.clock(), lock);
        this.health = environment.health().background("table-groups", Policy.RESTART);
    }

    public static TableGroups start(GroupProgress groups, Environment environment) {
        var started = new TableGroups(groups, environment);
        environment.threads().newThread(started.health.restarting(started::run)).start();
        return started;
    }

    @Override
    public void progressed(TableTopic topic, SortedMap<Integer, Long> nextOffsets) {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        nextOffsets.forEach((partition, offset) ->
                offsets.put(new TopicPartition(topic.name(), partition), offset));
        lock.lock();
        try {
            toShow.put(PREFIX + topic.name(), offsets);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void run() throws InterruptedException {
        for (Map.Entry<String, Map<TopicPartition, Long>> next = take();
                next != null;
                next = take()) {
            show(next.getKey(), next.getValue());
        }
    }

    /**
     * Removes and returns the group that has waited longest; null when closed. Those that have to
     * be tried again come when there are no others, and after a pause.
     */
    private Map.@Nullable Entry<String, Map<TopicPartition, Long>> take()
            throws InterruptedException {
        lock.lock();
        try {
            while (toShow.isEmpty() && !closed) {
                if (again.isEmpty()) {
                    changed.await();
                } else {
                    changed.awaitFor(RETRY.toNanos());
                    again.forEach(toShow::putIfAbsent);
                    again.clear();
                }
            }
            return closed ? null : toShow.pollFirstEntry();
        } finally {
            lock.unlock();
        }
    }

    private void show(String group, Map<TopicPartition, Long> offsets) throws InterruptedException {
        try {
            groups.commitOffsets(group, offsets);
        } catch (ApiException e) {
            if (e instanceof RetriableException) {
                tryAgain(group, offsets);
            } else {
                LOG.warn("the progress of {} could not be shown: {}", group, e.getMessage());
            }
        }
    }

    private void tryAgain(String group, Map<TopicPartition, Long> offsets) {
        lock.lock();
        try {
            again.put(group, offsets);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            health.stopped();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
