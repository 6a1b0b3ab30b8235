package io.oxbow.broker.control;

import io.oxbow.broker.config.BrokerConfig;
import io.oxbow.s3stream.env.Clock;
import io.oxbow.s3stream.env.Component;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.env.Policy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.common.Endpoint;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.BrokerIdNotRegisteredException;
import org.apache.kafka.common.errors.NotControllerException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.StaleBrokerEpochException;
import org.apache.kafka.common.message.BrokerHeartbeatRequestData;
import org.apache.kafka.common.message.BrokerHeartbeatResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.BrokerHeartbeatRequest;
import org.apache.kafka.common.requests.BrokerHeartbeatResponse;
import org.apache.kafka.common.requests.BrokerRegistrationRequest;
import org.apache.kafka.common.requests.BrokerRegistrationResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process's membership in the Kafka cluster: registers, heartbeats, leaves. One thread of its
 * own does all of it, by requests to the controller.
 *
 * <pre>
 *   REGISTERING → FENCED → UNFENCED → LEAVING → LEFT
 *                    ↑________|  (heartbeats missed, then heard again)
 * </pre>
 */
public final class BrokerSession implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BrokerSession.class);
    private static final Duration SOON = Duration.ofMillis(50);

    private enum State {
        REGISTERING,
        FENCED,
        UNFENCED,
        LEFT
    }

    private final BrokerConfig config;
    private final RegistrationRequest request;
    private final ControllerRequests requests;
    private final ClusterMetadata metadata;
    private final Environment environment;
    private final Component health;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private State state = State.REGISTERING;
    private boolean leaving;
    private boolean closed;
    private CompletableFuture<?> underWay = CompletableFuture.completedFuture(null);

    /** Epoch of the registration; the session's thread alone uses it. */
    private long brokerEpoch = -1;

    public BrokerSession(
            BrokerConfig config,
            Uuid incarnation,
            List<Endpoint> advertised,
            ControlPlane controlPlane,
            ControllerRequests requests,
            Environment environment) {
        this.config = config;
        this.request =
                new RegistrationRequest(config, controlPlane.clusterId(), incarnation, advertised);
        this.requests = requests;
        this.metadata = controlPlane.metadata();
        this.environment = environment;
        this.health = environment.health().essential("broker-session", Policy.END_PROCESS);
    }

    public void start() {
        health.running();
        health.start(environment.threads(), this::run);
    }

    /**
     * Blocks until this broker is unfenced; false once that cannot be any more, or after {@code
     * limit}.
     */
    public boolean awaitUnfenced(Duration limit) throws InterruptedException {
        return await(limit, State.UNFENCED);
    }

    /**
     * Hands leaderships back and leaves the cluster; blocks until the controller has agreed, or
     * until {@code limit} is over.
     */
    public boolean leave(Duration limit) throws InterruptedException {
        lock.lock();
        try {
            leaving = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        return await(limit, State.LEFT);
    }

    private boolean await(Duration limit, State wanted) throws InterruptedException {
        long deadline = environment.clock().nanoTime() + limit.toNanos();
        Clock.Cancellable alarm = environment.clock().after(limit, this::wake);
        lock.lock();
        try {
            while (state != wanted
                    && state != State.LEFT
                    && !closed
                    && environment.clock().nanoTime() < deadline) {
                changed.await();
            }
            return state == wanted;
        } finally {
            lock.unlock();
            alarm.cancel();
        }
    }

    private void run() throws InterruptedException {
        try {
            while (isOpen()) {
                try {
                    step();
                } catch (ExecutionException e) {
                    pauseAfter(e.getCause() == null ? e : e.getCause());
                } catch (ApiException e) {
                    pauseAfter(e);
                }
            }
        } finally {
            become(State.LEFT);
        }
    }

    private void step() throws ExecutionException, InterruptedException {
        if (brokerEpoch < 0) {
            register();
        }
        var response =
                (BrokerHeartbeatResponse)
                        ask(new BrokerHeartbeatRequest.Builder(heartbeat()).build());
        BrokerHeartbeatResponseData reply = response.data();
        Errors.forCode(reply.errorCode()).maybeThrow();
        if (reply.shouldShutDown()) {
            become(State.LEFT);
            close();
            return;
        }
        become(reply.isFenced() ? State.FENCED : State.UNFENCED);
        boolean settled = !reply.isFenced() && !isLeaving();
        pause(settled ? Duration.ofMillis(config.heartbeatIntervalMillis()) : SOON);
    }

    /**
     * Registers, and waits until this broker itself has heard of it, so that it can be unfenced by
     * the first heartbeat.
     */
    private void register() throws ExecutionException, InterruptedException {
        var response =
                (BrokerRegistrationResponse)
                        ask(new BrokerRegistrationRequest.Builder(request.data()).build());
        Errors.forCode(response.data().errorCode()).maybeThrow();
        brokerEpoch = response.data().brokerEpoch();
        metadata.await(request::isIn);
    }

    /** Blocks until the controller has answered, or {@link #close} ends the wait. */
    private AbstractResponse ask(AbstractRequest asked)
            throws ExecutionException, InterruptedException {
        CompletableFuture<AbstractResponse> answer = requests.send(asked);
        lock.lock();
        try {
            underWay = answer;
        } finally {
            lock.unlock();
        }
        if (!isOpen()) {
            giveUp(answer);
        }
        return answer.get();
    }

    /** Ends a wait; a controller that closes answers nothing any more. */
    private static void giveUp(CompletableFuture<?> answer) {
        answer.completeExceptionally(new NotControllerException("this broker closes"));
    }

    private BrokerHeartbeatRequestData heartbeat() {
        return new BrokerHeartbeatRequestData()
                .setBrokerId(config.nodeId())
                .setBrokerEpoch(brokerEpoch)
                .setCurrentMetadataOffset(metadata.offset())
                .setWantFence(false)
                .setWantShutDown(isLeaving());
    }

    private void pauseAfter(Throwable cause) throws InterruptedException {
        switch (cause) {
            case NotControllerException _ -> {}
            case StaleBrokerEpochException _, BrokerIdNotRegisteredException _ -> {
                LOG.info("registering again: {}", cause.getMessage());
                brokerEpoch = -1;
            }
            case RetriableException _ -> LOG.debug("the controller does not answer", cause);
            default -> LOG.warn("the controller refused this broker, trying again", cause);
        }
        pause(SOON);
    }

    /** Waits for {@code pause}, or until it is time to leave or to stop. */
    private void pause(Duration pause) throws InterruptedException {
        long deadline = environment.clock().nanoTime() + pause.toNanos();
        Clock.Cancellable alarm = environment.clock().after(pause, this::wake);
        lock.lock();
        try {
            boolean wasLeaving = leaving;
            while (!closed && leaving == wasLeaving && environment.clock().nanoTime() < deadline) {
                changed.await();
            }
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

    private void become(State next) {
        lock.lock();
        try {
            if (state != next) {
                LOG.debug("broker {}: {} -> {}", config.nodeId(), state, next);
                state = next;
                tell(next);
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private void tell(State next) {
        switch (next) {
            case UNFENCED -> health.running();
            case REGISTERING, FENCED ->
                    health.retrying("the cluster does not count this broker in");
            case LEFT -> health.stopped();
        }
    }

    private boolean isLeaving() {
        lock.lock();
        try {
            return leaving;
        } finally {
            lock.unlock();
        }
    }

    private boolean isOpen() {
        lock.lock();
        try {
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    /** Stops the heartbeats without leaving the cluster first. */
    @Override
    public void close() {
        CompletableFuture<?> unanswered;
        lock.lock();
        try {
            closed = true;
            unanswered = underWay;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        giveUp(unanswered);
    }
}
