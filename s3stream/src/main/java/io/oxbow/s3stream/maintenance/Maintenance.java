package io.oxbow.s3stream.maintenance;

import io.oxbow.s3stream.FencedException;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.commit.Commands;
import io.oxbow.s3stream.commit.Health;
import io.oxbow.s3stream.commit.Registration;
import io.oxbow.s3stream.config.StreamStoreConfig;
import io.oxbow.s3stream.env.Clock;
import io.oxbow.s3stream.env.TimedCondition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Background work of a node, on a thread of its own. It notices when the node was fenced although
 * it commits nothing, deletes objects that are no longer needed, and keeps the metadata image
 * small.
 */
public final class Maintenance {

    private static final Logger LOG = LoggerFactory.getLogger(Maintenance.class);

    /**
     * Number of deletions per search for orphans, which is a LIST even of an idle bucket. A garbage
     * object may stay for the hours that a pass over all prefixes takes.
     */
    private static final int DELETIONS_PER_SEARCH = 4;

    private final StreamStoreConfig.Maintenance config;
    private final Registration registration;
    private final Commands commands;
    private final Health health;
    private final Deletion deletion;
    private final Archiver archiver;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition stop;
    private boolean stopped;
    private volatile Runnable beside = () -> {};

    public Maintenance(
            StreamStoreConfig.Maintenance config,
            Registration registration,
            Commands commands,
            Health health,
            Clock clock,
            Deletion deletion,
            Archiver archiver) {
        this.config = config;
        this.registration = registration;
        this.commands = commands;
        this.health = health;
        this.deletion = deletion;
        this.archiver = archiver;
        this.clock = clock;
        this.stop = new TimedCondition(clock, lock);
    }

    /** Runs rounds of background work until stopped; the thread's body. */
    public void run() {
        long nextDeletion = clock.nanoTime() + config.deletionInterval().toNanos();
        int deletions = 0;
        try {
            while (sleptAndGoesOn()) {
                checkFence();
                quietly("closing streams that nothing has open", beside);
                if (clock.nanoTime() - nextDeletion >= 0) {
                    boolean searches = deletions++ % DELETIONS_PER_SEARCH == 0;
                    quietly("deletion", searches ? deletion::round : deletion::deleteDereferenced);
                    quietly("archiving", archiver::round);
                    nextDeletion = clock.nanoTime() + config.deletionInterval().toNanos();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Throwable e) {
            LOG.error("background work failed", e);
            health.failUnexpectedly("background work", e);
        }
    }

    /** Sets what is done each time that the metadata log is asked whether this node is fenced. */
    public void beside(Runnable task) {
        beside = task;
    }

    public void stop() {
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
        long epoch = registration.nodeEpoch();
        commands.image()
                .node(registration.nodeId())
                .filter(state -> state.nodeEpoch() > epoch || state.fenced())
                .ifPresent(state ->
                        health.fail(
                                new FencedException("node epoch %d was fenced".formatted(epoch))));
    }

    private static void quietly(String what, Runnable round) {
        try {
            round.run();
        } catch (S3StreamException e) {
            LOG.warn("{}, again later: {}", what, e.getMessage());
        }
    }
}
