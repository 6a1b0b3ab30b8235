package io.oxbow.broker.move;

import io.oxbow.broker.control.ActiveController;
import io.oxbow.broker.control.ClusterMetadata;
import io.oxbow.broker.control.ImageChanges;
import io.oxbow.broker.control.ImageWatch;
import io.oxbow.broker.partition.Handover;
import io.oxbow.s3stream.FencedException;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.env.Component;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.env.Policy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.image.MetadataImage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves partitions of this broker to the brokers that the image adds to their replicas.
 *
 * <pre>
 *   named in the image → uploaded early → stopped → the controller names the other leader
 *            ↑                              |  (not uploaded in time, refused, no answer)
 *            |_______ appends go on ________|
 * </pre>
 *
 * <p>{@link Leaderships} closes the streams after that, as for any leadership that has ended, and
 * the other broker opens them. Until then they are this broker's: whatever becomes of a request
 * without an answer, appends may go on.
 */
public final class LeadershipMoves implements ImageWatch, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LeadershipMoves.class);

    /** Partitions that stop at the same time, and are led elsewhere by one entry of the log. */
    private static final int BATCH_MAX = 250;

    private static final Duration UPLOAD_LIMIT = Duration.ofSeconds(20);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(3);
    private static final Duration RETRY_AFTER = Duration.ofMillis(500);

    private final int nodeId;
    private final Handover handover;
    private final ClusterMetadata metadata;
    private final ActiveController controller;
    private final Environment environment;
    private final Component health;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /* Guarded by the lock. */
    private final Set<TopicIdPartition> named = new LinkedHashSet<>();
    private boolean closed;

    public LeadershipMoves(
            int nodeId,
            Handover handover,
            ClusterMetadata metadata,
            ActiveController controller,
            Environment environment) {
        this.nodeId = nodeId;
        this.handover = handover;
        this.metadata = metadata;
        this.controller = controller;
        this.environment = environment;
        this.health = environment.health().background("moves", Policy.RESTART);
    }

    public void start() {
        health.running();
        health.startRestarting(environment.threads(), this::run);
    }

    /** Takes note of the partitions that are to move from here; never blocks. */
    @Override
    public void update(MetadataImage image, ImageChanges changes) {
        lock.lock();
        try {
            Moves.of(image, changes.topics())
                    .forEach((id, state) -> {
                        if (state.leader == nodeId && state.addingReplicas.length > 0) {
                            named.add(id);
                        } else {
                            named.remove(id);
                        }
                    });
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void run() throws InterruptedException {
        for (List<TopicIdPartition> next = next(); !next.isEmpty(); next = next()) {
            if (!moved(next)) {
                toTheEnd(next);
                environment.clock().sleep(RETRY_AFTER);
            }
        }
    }

    /** Has other partitions go first. */
    private void toTheEnd(List<TopicIdPartition> ids) {
        lock.lock();
        try {
            List<TopicIdPartition> left = ids.stream().filter(named::remove).toList();
            named.addAll(left);
        } finally {
            lock.unlock();
        }
    }

    /** Waits for partitions to move; none at the end. */
    private List<TopicIdPartition> next() throws InterruptedException {
        lock.lock();
        try {
            while (named.isEmpty() && !closed) {
                changed.await();
            }
            return closed ? List.of() : named.stream().limit(BATCH_MAX).toList();
        } finally {
            lock.unlock();
        }
    }

    /** Moves partitions once; false when some have to be tried again. */
    private boolean moved(List<TopicIdPartition> ids) throws InterruptedException {
        try {
            if (goals(ids).isEmpty()) {
                // Nobody is up to take them, or the image here is newer than what was noted.
                return false;
            }
            handover.uploadEarly(ids, UPLOAD_LIMIT);
            boolean moved = stopAndName(goals(ids));
            health.running();
            return moved;
        } catch (FencedException e) {
            LOG.info("no more moves: {}", e.getMessage());
            close();
        } catch (S3StreamException e) {
            health.retrying("moves of %d partitions: %s".formatted(ids.size(), e.getMessage()));
        }
        return false;
    }

    /** Returns, for partitions that are to move now, the brokers that are up to take them. */
    private Map<TopicIdPartition, Integer> goals(List<TopicIdPartition> ids) {
        MetadataImage image = metadata.image();
        Map<TopicIdPartition, Integer> goals = new LinkedHashMap<>();
        for (TopicIdPartition id : ids) {
            Moves.goal(image, id, nodeId).ifPresent(goal -> goals.put(id, goal));
        }
        return goals;
    }

    private boolean stopAndName(Map<TopicIdPartition, Integer> goals) throws InterruptedException {
        List<TopicIdPartition> ids = List.copyOf(goals.keySet());
        long began = environment.clock().nanoTime();
        if (ids.isEmpty() || !handover.stop(ids, STOP_LIMIT)) {
            return false;
        }
        Set<TopicIdPartition> stay = new LinkedHashSet<>(ids);
        try {
            name(goals).forEach(stay::remove);
        } finally {
            handover.goOn(stay);
        }
        LOG.info(
                "{} of {} partitions moved, after {} ms",
                ids.size() - stay.size(),
                ids.size(),
                Duration.ofNanos(environment.clock().nanoTime() - began).toMillis());
        forget(ids, stay);
        return stay.isEmpty();
    }

    private void forget(List<TopicIdPartition> ids, Set<TopicIdPartition> stay) {
        List<TopicIdPartition> moved = new ArrayList<>(ids);
        moved.removeAll(stay);
        lock.lock();
        try {
            moved.forEach(named::remove);
        } finally {
            lock.unlock();
        }
    }

    /** Has the controller name other leaders; returns the partitions that have one. */
    private List<TopicIdPartition> name(Map<TopicIdPartition, Integer> goals)
            throws InterruptedException {
        MetadataImage image = metadata.image();
        try {
            var response =
                    controller.ask(
                            Moves.request(image, nodeId, goals), STOP_LIMIT, environment.clock());
            return Moves.accepted(response, goals.keySet());
        } catch (ExecutionException | ApiException e) {
            LOG.info("the controller did not move {} partitions: {}", goals.size(), e + "");
            return List.of();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
            health.stopped();
        } finally {
            lock.unlock();
        }
    }
}
