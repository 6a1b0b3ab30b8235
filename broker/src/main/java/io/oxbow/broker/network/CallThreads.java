package io.oxbow.broker.network;

import io.oxbow.s3stream.env.Component;
import java.util.concurrent.ThreadFactory;

/**
 * Runs the tasks of one connection's calls on threads: one for tasks that keep the order of their
 * calls, more for those that wait for themselves. What a task throws is counted and ends the
 * connection, since nobody knows any more what became of its call.
 */
final class CallThreads {

    private final ThreadFactory threads;
    private final Component health;
    private final Runnable end;
    private final SerialTasks inOrder;

    /**
     * @param end ends the connection
     */
    CallThreads(ThreadFactory threads, Component health, Runnable end) {
        this.threads = threads;
        this.health = health;
        this.end = end;
        this.inOrder = new SerialTasks(threads, cause -> unexpected("a call's task", cause));
    }

    /** Runs a task after those given before. */
    void inOrder(Runnable task) {
        inOrder.execute(task);
    }

    /** Runs a task on a thread of its own. */
    void beside(Runnable task) {
        threads.newThread(loud("a call's thread", task)).start();
    }

    /** Returns true if none of the tasks that keep an order is under way. */
    boolean isIdle() {
        return inOrder.isIdle();
    }

    /** Wraps a task for an executor that would keep to itself what it throws. */
    Runnable loud(String what, Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (Throwable e) {
                unexpected(what, e);
            }
        };
    }

    /** Counts what ended a task, and ends the connection. */
    void unexpected(String what, Throwable cause) {
        try {
            count(what, cause);
        } finally {
            end.run();
        }
    }

    /** Counts an exception that the client is told of. */
    void count(String what, Throwable cause) {
        health.unexpected(what, cause);
    }
}
