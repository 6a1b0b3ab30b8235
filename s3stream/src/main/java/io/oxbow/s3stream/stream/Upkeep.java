package io.oxbow.s3stream.stream;

import io.oxbow.s3stream.FencedException;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.env.Clock;
import io.oxbow.s3stream.env.TimedCondition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Background work of a node, on a thread of its own: notices when the node was fenced although it
 * commits nothing, and deletes what is no longer needed.
 */
final class Upkeep {

    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);

    private final StreamStoreConfig.Upkeep config;
    private final NodeParts node;
    private final Deletion deletion;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition stop;
    private boolean stopped;

    Upkeep(StreamStoreConfig.Upkeep config, NodeParts node, Deletion deletion) {
        this.config = config;
        this.node = node;
        this.deletion = deletion;
        this.clock = node.clock();
        this.stop = new TimedCondition(node.clock(), lock);
    }

    /** The thread's body. */
    void run() {
        long nextDeletion = clock.nanoTime() + config.deletionInterval().toNanos();
        try {
            while (sleptAndGoesOn()) {
                checkFence();
                if (clock.nanoTime() - nextDeletion >= 0) {
                    deleteQuietly();
                    nextDeletion = clock.nanoTime() + config.deletionInterval().toNanos();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Throwable e) {
            LOG.error("background work failed", e);
            node.health()
                    .fail(
                            new S3StreamException(
                                    "background work failed: " + e,
                                    S3StreamException.Retry.FATAL,
                                    e));
        }
    }

    void stop() {
        lock.lock();
        try {
            stopped = true;
            stop.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private boolean sleptAndGoesOn() throws InterruptedException {
        long until = clock.nanoTime() + config.fenceCheckInterval().toNanos();
        lock.lock();
        try {
            while (!stopped && until - clock.nanoTime() > 0) {
                stop.awaitFor(until - clock.nanoTime());
            }
            return !stopped;
        } finally {
            lock.unlock();
        }
    }

    private void checkFence() {
        long epoch = node.registration().nodeEpoch();
        node.commands()
                .image()
                .node(node.registration().nodeId())
                .filter(state -> state.nodeEpoch() > epoch || state.fenced())
                .ifPresent(state ->
                        node.health()
                                .fail(
                                        new FencedException(
                                                "node epoch %d was fenced".formatted(epoch))));
    }

    private void deleteQuietly() {
        try {
            deletion.round();
        } catch (S3StreamException e) {
            LOG.warn("deletion, again later: {}", e.getMessage());
        }
    }
}
