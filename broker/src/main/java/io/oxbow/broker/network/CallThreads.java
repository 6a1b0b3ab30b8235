package io.oxbow.broker.network;

import io.oxbow.broker.processor.ProcessorThreads;
import io.oxbow.s3stream.env.Component;
import java.util.concurrent.ThreadFactory;

/**
 * Runs the tasks of one connection's calls. Tasks that keep the order of their calls share one
 * thread; others have one each. An exception of a task is counted and ends the connection, since
 * the outcome of the call is unknown then.
 */
final class CallThreads {

    private final ThreadFactory threads;
    private final Component health;
    private final String client;
    private final ProcessorThreads processor;
    private final Runnable end;
    private final SerialTasks inOrder;

    /**
     * @param client the connection's id
     * @param processor threads for tasks that keep a processor busy, which all connections share
     * @param end ends the connection
     */
    CallThreads(
            ThreadFactory threads,
            Component health,
            String client,
            ProcessorThreads processor,
            Runnable end) {
        this.threads = threads;
        this.health = health;
        this.client = client;
        this.processor = processor;
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

    /** Runs a task that keeps a processor busy and waits for nothing, in the client's turn. */
    void busy(Runnable task) {
        processor.execute(client, loud("a call's work", task));
    }

    /** Takes note that the client has gone: what waits for its turn is ended first. */
    void clientGone() {
        processor.left(client);
    }

    /** Returns true if none of the tasks that keep an order is under way. */
    boolean isIdle() {
        return inOrder.isIdle();
    }

    /** Wraps a task for an executor that would swallow its exceptions. */
    Runnable loud(String what, Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (Throwable e) {
                unexpected(what, e);
            }
        };
    }

    /** Counts the exception that ended a task, and ends the connection. */
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
