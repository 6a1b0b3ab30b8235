package io.oxbow.broker.control;

import io.oxbow.broker.partition.Partitions;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.env.Clock;
import io.oxbow.s3stream.env.Component;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.env.Policy;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.image.MetadataImage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens and closes partitions here until they match the leaderships that the newest image gives to
 * this broker.
 *
 * <p>Opening and closing wait for the metadata log, so that is done by one thread of its own,
 * always towards the newest image: what changed meanwhile is taken together. What fails for the
 * moment is tried again; fencing is reported, as the node is finished then.
 */
public final class Leaderships implements ImageWatch, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Leaderships.class);
    private static final Duration RETRY = Duration.ofMillis(50);

    /** Changes since the last round: topics to look at, or all of them. */
    private static final class Backlog {
        private final Set<Uuid> topics = new HashSet<>();
        private final Set<Uuid> configs = new HashSet<>();
        private boolean all;
        private boolean allConfigs;

        boolean isEmpty() {
            return topics.isEmpty() && configs.isEmpty() && !all && !allConfigs;
        }
    }

    private final Partitions partitions;
    private final LeadershipPlanner planner;
    private final LeadershipListener listener;
    private final Environment environment;
    private final Consumer<Throwable> failure;
    private final Component health;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private Backlog backlog = new Backlog();
    private MetadataImage target = MetadataImage.EMPTY;
    private long appliedOffset = -1;
    private boolean closed;

    /** Leader epoch of a partition that is to be open here, and cannot be yet. */
    private static final int WAITING = -1;

    /**
     * Leader epochs of the partitions that are open, or {@link #WAITING} to be; the worker's thread
     * alone uses them.
     */
    private final Map<TopicIdPartition, Integer> led = new HashMap<>();

    /**
     * @param failure told when partitions cannot be led by this process any more
     */
    public Leaderships(
            Partitions partitions,
            LeadershipPlanner planner,
            LeadershipListener listener,
            Environment environment,
            Consumer<Throwable> failure) {
        this.partitions = partitions;
        this.planner = planner;
        this.listener = listener;
        this.environment = environment;
        this.failure = failure;
        this.health = environment.health().essential("leaderships", Policy.END_PROCESS);
    }

    public void start() {
        health.running();
        health.start(environment.threads(), this::run);
    }

    /** Takes note of a new image and the topics that differ from the one before; never blocks. */
    @Override
    public void update(MetadataImage image, ImageChanges changes) {
        lock.lock();
        try {
            boolean wasHere = planner.isRegistered(target);
            target = image;
            backlog.topics.addAll(changes.topics());
            backlog.configs.addAll(changes.configuredTopics());
            backlog.all |= planner.isRegistered(image) != wasHere;
            backlog.allConfigs |= changes.brokerConfigs();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Blocks until the images up to {@code offset} are applied; false if closed, or after {@code
     * limit}.
     */
    public boolean awaitApplied(long offset, Duration limit) throws InterruptedException {
        long deadline = environment.clock().nanoTime() + limit.toNanos();
        Clock.Cancellable alarm = environment.clock().after(limit, this::wake);
        lock.lock();
        try {
            while (appliedOffset < offset && !closed && environment.clock().nanoTime() < deadline) {
                changed.await();
            }
            return appliedOffset >= offset;
        } finally {
            lock.unlock();
            alarm.cancel();
        }
    }

    private void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void run() throws InterruptedException {
        try {
            while (true) {
                Backlog work;
                MetadataImage image;
                lock.lock();
                try {
                    while (!closed
                            && backlog.isEmpty()
                            && appliedOffset == target.highestOffsetAndEpoch().offset()) {
                        changed.await();
                    }
                    if (closed) {
                        return;
                    }
                    work = backlog;
                    backlog = new Backlog();
                    image = target;
                } finally {
                    lock.unlock();
                }
                if (apply(image, work)) {
                    applied(image);
                } else {
                    environment.clock().sleep(RETRY);
                }
            }
        } catch (InterruptedException e) {
            throw e;
        } catch (Throwable e) {
            failure.accept(e);
            throw e;
        }
    }

    private void applied(MetadataImage image) {
        lock.lock();
        try {
            appliedOffset = image.highestOffsetAndEpoch().offset();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * @return false when some topic must be tried again
     */
    private boolean apply(MetadataImage image, Backlog work) {
        Collection<Uuid> topics = work.all ? planner.allTopics(image, led.keySet()) : work.topics;
        LeadershipPlanner.Plan plan = planner.plan(image, topics, led);
        resign(plan.resign());
        plan.deleted().forEach(this::delete);
        configure(image, work);
        return lead(plan.lead());
    }

    private void resign(List<TopicIdPartition> given) {
        if (given.isEmpty()) {
            return;
        }
        for (TopicIdPartition partition : given) {
            tellResigning(partition, led.getOrDefault(partition, WAITING));
        }
        partitions.resign(given);
        given.forEach(led::remove);
    }

    private void tellResigning(TopicIdPartition partition, int leaderEpoch) {
        if (leaderEpoch != WAITING) {
            listener.resigning(partition, leaderEpoch);
        }
    }

    private void delete(Uuid topic) {
        led.entrySet()
                .removeIf(open -> {
                    boolean gone = open.getKey().topicId().equals(topic);
                    if (gone) {
                        tellResigning(open.getKey(), open.getValue());
                    }
                    return gone;
                });
        partitions.delete(topic);
    }

    private void configure(MetadataImage image, Backlog work) {
        Set<Uuid> topics = work.configs;
        if (work.allConfigs) {
            led.keySet().forEach(partition -> topics.add(partition.topicId()));
        }
        for (Uuid topic : topics) {
            planner.config(image, topic).ifPresent(config -> partitions.configure(topic, config));
        }
    }

    /**
     * Opens the partitions that can be opened; a stream that another node still holds must not keep
     * the others closed.
     */
    private boolean lead(List<Partitions.Leading> leading) {
        if (leading.isEmpty()) {
            return true;
        }
        boolean together = tryLead(leading);
        if (!together && leading.size() > 1) {
            leading.forEach(partition -> tryLead(List.of(partition)));
        }
        var waiting = new HashSet<Uuid>();
        for (Partitions.Leading partition : leading) {
            TopicIdPartition id = partition.id();
            if (partitions.find(id.topicId(), id.partition()).isEmpty()) {
                // It may be another's before it is open: then nothing must go on opening it here.
                led.put(id, WAITING);
                waiting.add(id.topicId());
            } else {
                led.put(id, partition.leaderEpoch());
                listener.elected(id, partition.leaderEpoch());
            }
        }
        return waiting.isEmpty() || retryLater(waiting);
    }

    private boolean tryLead(List<Partitions.Leading> leading) {
        try {
            partitions.lead(leading);
            return true;
        } catch (S3StreamException e) {
            if (e.retry() == S3StreamException.Retry.FATAL) {
                throw e;
            }
            LOG.info("cannot open {} partitions yet: {}", leading.size(), e.getMessage());
            return false;
        }
    }

    private boolean retryLater(Set<Uuid> topics) {
        lock.lock();
        try {
            backlog.topics.addAll(topics);
        } finally {
            lock.unlock();
        }
        return false;
    }

    /** Stops following the image; open partitions stay as they are. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
