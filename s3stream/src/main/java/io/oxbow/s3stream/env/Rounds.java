package io.oxbow.s3stream.env;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/** Calls a task again and again on a thread of its own, with a pause between. */
public final class Rounds implements AutoCloseable {

    private final Environment environment;
    private final Component health;
    private final Duration pause;
    private final Component.Body round;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition closing;
    private boolean closed;

    /**
     * @param pause before each round, the first too
     */
    public Rounds(Environment environment, Component health, Duration pause, Component.Body round) {
        this.environment = environment;
        this.health = health;
        this.pause = pause;
        this.round = round;
        this.closing = new TimedCondition(environment.clock(), lock);
    }

    public Rounds start() {
        health.running();
        if (health.state().policy() == Policy.RESTART) {
            health.startRestarting(environment.threads(), this::run);
        } else {
            health.start(environment.threads(), this::run);
        }
        return this;
    }

    private void run() throws Exception {
        while (sleptAndGoesOn()) {
            round.run();
        }
    }

    private boolean sleptAndGoesOn() throws InterruptedException {
        long until = environment.clock().nanoTime() + pause.toNanos();
        lock.lock();
        try {
            while (!closed && until - environment.clock().nanoTime() > 0) {
                closing.awaitFor(until - environment.clock().nanoTime());
            }
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            closing.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
