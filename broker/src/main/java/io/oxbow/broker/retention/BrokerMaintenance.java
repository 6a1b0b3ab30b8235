package io.oxbow.broker.retention;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.env.Component;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.env.Policy;
import java.time.Duration;
import org.apache.kafka.common.errors.ApiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs retention and the sweep of orphans, now and at every interval, on a thread of its own. */
public final class BrokerMaintenance implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BrokerMaintenance.class);

    private final Retention retention;
    private final OrphanStreams orphans;
    private final Duration interval;
    private final Component health;
    private final Thread thread;
    private volatile boolean closed;

    /**
     * @param interval between rounds ({@code log.retention.check.interval.ms})
     */
    public BrokerMaintenance(
            Retention retention,
            OrphanStreams orphans,
            Duration interval,
            Environment environment) {
        this.retention = retention;
        this.orphans = orphans;
        this.interval = interval;
        this.health = environment.health().background("housekeeping", Policy.RESTART);
        this.thread = environment.threads().newThread(health.restarting(() -> run(environment)));
    }

    public void start() {
        thread.start();
    }

    private void run(Environment environment) throws InterruptedException {
        while (!closed) {
            round();
            environment.clock().sleep(interval);
        }
    }

    /** Runs one round; a failure is left to the next one, as nothing here is urgent. */
    private void round() throws InterruptedException {
        try {
            orphans.sweep();
        } catch (S3StreamException | ApiException e) {
            LOG.warn("the sweep of deleted topics' streams failed", e);
        } catch (RuntimeException e) {
            health.unexpected("the sweep of deleted topics' streams", e);
        }
        try {
            retention.run();
        } catch (S3StreamException | ApiException e) {
            LOG.warn("a round of retention failed", e);
        } catch (RuntimeException e) {
            health.unexpected("a round of retention", e);
        }
    }

    @Override
    public void close() {
        closed = true;
        health.stopped();
        thread.interrupt();
    }
}
