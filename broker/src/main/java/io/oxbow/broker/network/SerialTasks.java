package io.oxbow.broker.network;

import java.util.ArrayDeque;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs tasks one after another, in the order given, on a virtual thread that lives as long as there
 * are any. The connection's window bounds how many there can be.
 */
final class SerialTasks {

    private final ThreadFactory threads;
    private final Consumer<Throwable> failure;
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private boolean running;

    /**
     * @param failure told of what a task throws; ends the connection
     */
    SerialTasks(ThreadFactory threads, Consumer<Throwable> failure) {
        this.threads = threads;
        this.failure = failure;
    }

    void execute(Runnable task) {
        synchronized (this) {
            waiting.add(task);
            if (running) {
                return;
            }
            running = true;
        }
        threads.newThread(this::run).start();
    }

    synchronized boolean isIdle() {
        return !running;
    }

    private void run() {
        for (Runnable task = next(); task != null; task = next()) {
            try {
                task.run();
            } catch (Throwable e) {
                tell(e);
            }
        }
    }

    /** If the thread ended here, the tasks behind this one would wait for ever. */
    private void tell(Throwable cause) {
        try {
            failure.accept(cause);
        } catch (Throwable again) {
            cause.addSuppressed(again); // short of memory, saying so fails, too
        }
    }

    private synchronized @Nullable Runnable next() {
        Runnable task = waiting.poll();
        running = task != null;
        return task;
    }
}
