package io.oxbow.s3stream.cluster;

import io.oxbow.s3stream.env.Clock;
import io.oxbow.s3stream.env.Component;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.env.Policy;
import io.oxbow.s3stream.env.TimedCondition;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.log.FollowedLog;
import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.s3stream.peer.PushLink;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Pushes the slots of the metadata log to all other nodes while this process leads. What it pushes
 * is applied here, and so is the chain's for ever: it does no harm late, twice, or after another
 * leads. Each node has one call under way; one that is slow gets what came meanwhile with the next.
 */
public final class SlotPush implements AutoCloseable {

    private static final Duration LOOK = Duration.ofMillis(500);

    /** Pause after a call without an answer, or one that brought a node no further. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private static final int BYTES_PER_CALL_MAX = 1 << 20;

    private final UUID self;
    private final FollowedLog log;
    private final PushLink link;
    private final Clock clock;
    private final Environment environment;
    private final Component health;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition changed;
    private boolean signalled;
    private boolean closed;

    /** Progress of each node epoch; the thread's alone, as what follows. */
    private final Map<Long, Progress> nodes = new HashMap<>();

    private int leaderEpoch = -1;

    /**
     * @param self incarnation of this process
     * @param log of this process
     */
    public SlotPush(UUID self, FollowedLog log, PushLink link, Environment environment) {
        this.self = self;
        this.log = log;
        this.link = link;
        this.clock = environment.clock();
        this.environment = environment;
        this.health = environment.health().background("slot-push", Policy.RESTART);
        this.changed = new TimedCondition(clock, lock);
    }

    public SlotPush start() {
        log.onApplied(this::signal);
        health.startRestarting(environment.threads(), this::run);
        return this;
    }

    private void signal() {
        lock.lock();
        try {
            signalled = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void run() throws InterruptedException {
        while (awaitedChange()) {
            look();
        }
    }

    private boolean awaitedChange() throws InterruptedException {
        long until = clock.nanoTime() + LOOK.toNanos();
        lock.lock();
        try {
            while (!signalled && !closed && until - clock.nanoTime() > 0) {
                changed.awaitFor(until - clock.nanoTime());
            }
            signalled = false;
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    void look() {
        MetadataLog.Leadership leadership = log.leadership();
        if (leadership.leaderEpoch() != leaderEpoch) {
            leaderEpoch = leadership.leaderEpoch();
            nodes.clear();
        }
        // Who has resigned still tells that.
        if (!leadership.incarnation().equals(self)) {
            return;
        }
        var live = new HashSet<Long>();
        for (CoreImage.NodeState node : log.image().nodes()) {
            if (!node.fenced()
                    && !node.membership().isAlone()
                    && !node.incarnation().equals(self)) {
                live.add(node.nodeEpoch());
                nodes.computeIfAbsent(node.nodeEpoch(), epoch -> new Progress())
                        .advance(node, leadership.slot());
            }
        }
        nodes.keySet().retainAll(live);
    }

    /** Progress of one node, as far as its answers tell. */
    private final class Progress {

        /** First slot that the node needs; 0 while that is not known. */
        private long next;

        private long sentFrom;
        private long sentTo;
        private long pausedUntil = clock.nanoTime();
        private @Nullable CompletableFuture<Long> answer;

        /**
         * @param end the last slot that is applied here
         */
        void advance(CoreImage.NodeState node, long end) {
            if (answer != null) {
                if (!answer.isDone()) {
                    return;
                }
                settle(answer.join());
                answer = null;
            }
            if (next > end || clock.nanoTime() - pausedUntil < 0) {
                return;
            }
            // A node that is too far behind for what is kept reads the bucket; the end tells it so.
            List<byte[]> slots = log.recent(next == 0 ? end : next, BYTES_PER_CALL_MAX);
            sentFrom = slots.isEmpty() || next == 0 ? end : next;
            if (slots.isEmpty()) {
                slots = log.recent(end, BYTES_PER_CALL_MAX);
            }
            if (!slots.isEmpty()) {
                sentTo = sentFrom + slots.size() - 1;
                answer = link.push(node, slots);
                answer.whenComplete((applied, failure) -> signal());
            }
        }

        private void settle(long applied) {
            if (applied == PushLink.NO_ANSWER) {
                next = 0;
                pause();
            } else {
                next = applied + 1;
                if (applied < sentTo && sentFrom <= next) {
                    pause();
                }
            }
        }

        private void pause() {
            pausedUntil = clock.nanoTime() + PAUSE.toNanos();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        health.stopped();
    }
}
