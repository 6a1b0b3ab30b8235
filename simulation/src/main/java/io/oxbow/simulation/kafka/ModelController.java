package io.oxbow.simulation.kafka;

import io.oxbow.broker.control.RecordBytes;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.log.ApplicationLog;
import io.oxbow.s3stream.log.LogAppendException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.NotControllerException;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.AlterPartitionReassignmentsRequest;
import org.apache.kafka.common.requests.AlterPartitionRequest;
import org.apache.kafka.common.requests.BrokerHeartbeatRequest;
import org.apache.kafka.common.requests.BrokerRegistrationRequest;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.metadata.BrokerRegistration;
import org.apache.kafka.server.common.ApiMessageAndVersion;

/**
 * Model of Kafka's controller in one process, active while that process leads the metadata log.
 * Serves one request at a time, and answers when the records are committed. Thread-safe.
 */
public final class ModelController {

    static final int INACTIVE = -1;

    /** Kafka's {@code broker.session.timeout.ms}. */
    private static final Duration SESSION = Duration.ofSeconds(9);

    /** Records that a request leads to, and its answer once they are committed. */
    record Change<T>(List<ApiMessageAndVersion> records, T answer) {}

    private final ApplicationLog log;
    private final Supplier<CoreImage> members;
    private final Environment environment;
    private final ReentrantLock turn = new ReentrantLock();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /* Guarded by the lock. */
    private int epoch = INACTIVE;
    private MetadataImage image = MetadataImage.EMPTY;

    /** Last heartbeats by broker, since this controller became active; guarded by the turn. */
    private final Map<Integer, Long> heartbeats = new HashMap<>();

    private int heartbeatsEpoch = INACTIVE;

    /**
     * @param members newest image of who is a member, in this process
     */
    public ModelController(
            ApplicationLog log, Supplier<CoreImage> members, Environment environment) {
        this.log = log;
        this.members = members;
        this.environment = environment;
    }

    /** Returns true while this controller is the active one, as far as this process knows. */
    public boolean isActive() {
        lock.lock();
        try {
            return epoch != INACTIVE;
        } finally {
            lock.unlock();
        }
    }

    void lead(int leaderEpoch) {
        lock.lock();
        try {
            epoch = leaderEpoch;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void applied(MetadataImage next) {
        lock.lock();
        try {
            image = next;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Serves a request of a broker; blocks.
     *
     * @throws NotControllerException when this controller is not active, or not any more
     */
    public AbstractResponse serve(AbstractRequest request) {
        return switch (request) {
            case AlterPartitionReassignmentsRequest wish ->
                    change(now -> Reassignments.wish(now, wish.data()));
            case AlterPartitionRequest end -> change(now -> Reassignments.end(now, end.data()));
            case BrokerRegistrationRequest register ->
                    change(now ->
                            Brokers.register(now, register.data(), isLive(register), offset()));
            case BrokerHeartbeatRequest heartbeat ->
                    change(now -> {
                        heartbeats.put(heartbeat.data().brokerId(), nanoTime());
                        return Brokers.heartbeat(now, heartbeat.data());
                    });
            default -> throw new IllegalArgumentException("no model of " + request);
        };
    }

    private boolean isLive(BrokerRegistrationRequest request) {
        return members.get()
                .node(request.data().brokerId())
                .filter(node -> !node.fenced())
                .filter(node -> Brokers.is(node, request.data().incarnationId()))
                .isPresent();
    }

    private long offset() {
        return log.endOffset();
    }

    /** Creates the topic, and fences brokers whose heartbeats have ceased; for the active one. */
    public void tend(Function<MetadataImage, List<ApiMessageAndVersion>> missing) {
        change(now -> new Change<>(missing.apply(now), true));
        change(now -> {
            long since = nanoTime() - SESSION.toNanos();
            List<BrokerRegistration> silent =
                    now.cluster().brokers().values().stream()
                            .filter(broker -> !broker.fenced())
                            .filter(broker ->
                                    heartbeats.computeIfAbsent(broker.id(), id -> nanoTime())
                                            < since)
                            .toList();
            return new Change<>(Brokers.fence(now, silent), true);
        });
    }

    /** Gives the partitions of a broker to others, as the broker's controller does. */
    public void handOver(int from) {
        change(now -> new Change<>(Reassignments.handOver(now, members.get(), from), true));
    }

    private long nanoTime() {
        return environment.clock().nanoTime();
    }

    private <T> T change(Function<MetadataImage, Change<T>> request) {
        turn.lock();
        try {
            int leaderEpoch = requireActive();
            if (heartbeatsEpoch != leaderEpoch) {
                heartbeats.clear();
                heartbeatsEpoch = leaderEpoch;
            }
            Change<T> change = request.apply(image());
            if (!change.records().isEmpty()) {
                long offset = log.prepare(leaderEpoch, RecordBytes.write(change.records()));
                log.schedulePrepared();
                awaitApplied(leaderEpoch, offset);
            }
            return change.answer();
        } catch (LogAppendException e) {
            throw new NotControllerException(e.getMessage(), e);
        } finally {
            turn.unlock();
        }
    }

    private MetadataImage image() {
        lock.lock();
        try {
            return image;
        } finally {
            lock.unlock();
        }
    }

    private int requireActive() {
        lock.lock();
        try {
            if (epoch == INACTIVE) {
                throw new NotControllerException("this process does not lead the metadata log");
            }
            return epoch;
        } finally {
            lock.unlock();
        }
    }

    private void awaitApplied(int leaderEpoch, long offset) {
        lock.lock();
        try {
            while (image.provenance().lastContainedOffset() < offset) {
                if (epoch != leaderEpoch) {
                    throw new NotControllerException("deposed; the records may be in the log");
                }
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }
}
