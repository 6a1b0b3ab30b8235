package io.oxbow.tableflow.service;

import io.oxbow.s3stream.env.Clock;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Lets one thread sleep until it is woken or a time has passed, by the environment's clock. */
final class Signal {

    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition raisedCondition = lock.newCondition();
    private boolean raised;

    Signal(Clock clock) {
        this.clock = clock;
    }

    void raise() {
        lock.lock();
        try {
            raised = true;
            raisedCondition.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Returns when the signal is raised, or after the time; a signal that was raised before counts.
     */
    void await(Duration atMost) throws InterruptedException {
        Clock.Cancellable timer = clock.after(atMost, this::raise);
        lock.lock();
        try {
            while (!raised) {
                raisedCondition.await();
            }
            raised = false;
        } finally {
            lock.unlock();
            timer.cancel();
        }
    }
}
