package io.oxbow.tableflow.service;

import io.oxbow.s3stream.env.Component;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.env.Policy;
import io.oxbow.s3stream.env.Rounds;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tends the tables that this node commits to, one after the other on one thread. That is their
 * pace: however much is due, a node spends one processor on it at most.
 */
final class TableTender implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TableTender.class);
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final Supplier<Collection<TopicWorker>> workers;
    private final Component health;
    private final Rounds rounds;
    private final Set<String> failing = new HashSet<>();
    private volatile boolean closed;

    TableTender(Supplier<Collection<TopicWorker>> workers, Environment environment) {
        this.workers = workers;
        this.health = environment.health().background("table-tending", Policy.RESTART);
        this.rounds = new Rounds(environment, health, LOOK, this::look);
    }

    void start() {
        rounds.start();
    }

    private void look() {
        for (TopicWorker worker : workers.get()) {
            if (closed) {
                return;
            }
            tend(worker);
        }
        if (failing.isEmpty()) {
            health.running();
        }
    }

    /** Takes a turn at a table; one that fails holds no other up, and is tried again. */
    private void tend(TopicWorker worker) {
        String topic = worker.topic().name();
        try {
            if (worker.tend()) {
                failing.remove(topic);
            }
        } catch (RejectedExecutionException e) {
            LOG.debug("Iceberg's threads have ended, as the process does", e);
        } catch (RuntimeException e) {
            health.retrying("the table of topic " + topic + ": " + e.getMessage());
            if (failing.add(topic)) {
                if (TopicWorker.isBug(e)) {
                    health.unexpected(e);
                }
                LOG.warn("the table of topic {} could not be tended", topic, e);
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        rounds.close();
    }
}
