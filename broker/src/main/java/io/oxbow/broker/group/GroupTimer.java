package io.oxbow.broker.group;

import io.oxbow.s3stream.env.Component;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.env.Policy;
import org.apache.kafka.server.util.timer.SystemTimer;
import org.apache.kafka.server.util.timer.Timer;
import org.apache.kafka.server.util.timer.TimerTask;

/**
 * Kafka's timer of sessions and rebalances, advanced by a thread that begins anew after what it
 * throws. Kafka's own thread for it would end, and no member would ever be missed again.
 */
final class GroupTimer implements Timer {

    private static final long WAIT_MILLIS = 200;

    private final Timer timer = new SystemTimer("group");
    private final Component health;
    private final Thread thread;
    private volatile boolean closed;

    GroupTimer(Environment environment) {
        health = environment.health().background("group-timer", Policy.RESTART);
        thread = health.startRestarting(environment.threads(), this::run);
    }

    private void run() throws InterruptedException {
        while (!closed) {
            advanceClock(WAIT_MILLIS);
        }
    }

    @Override
    public boolean advanceClock(long waitMillis) throws InterruptedException {
        return timer.advanceClock(waitMillis);
    }

    @Override
    public void add(TimerTask task) {
        timer.add(task);
    }

    @Override
    public int size() {
        return timer.size();
    }

    @Override
    public void close() throws Exception {
        closed = true;
        health.stopped();
        thread.join();
        timer.close();
    }
}
