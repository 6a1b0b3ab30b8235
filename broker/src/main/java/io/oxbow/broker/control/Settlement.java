package io.oxbow.broker.control;

import io.oxbow.s3stream.env.Environment;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delays the answer to a change until this broker has applied it, and other brokers have opened the
 * partitions that it made. A client that created a topic here can then describe it here and produce
 * to it at once.
 */
public final class Settlement {

    private static final Logger LOG = LoggerFactory.getLogger(Settlement.class);

    /** Longest delay; after it the change is answered all the same, as it is committed. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** Openings of new partitions by the brokers that lead them. */
    @FunctionalInterface
    public interface Openings {
        /** Blocks until they are over, for a second at most. */
        void await() throws InterruptedException;
    }

    private final ControlPlane controlPlane;
    private final Leaderships leaderships;
    private final Openings others;
    private final Environment environment;

    /**
     * @param others openings by other brokers
     */
    public Settlement(
            ControlPlane controlPlane,
            Leaderships leaderships,
            Openings others,
            Environment environment) {
        this.controlPlane = controlPlane;
        this.leaderships = leaderships;
        this.others = others;
        this.environment = environment;
    }

    public <T> CompletableFuture<T> applied(CompletableFuture<T> change) {
        return change.thenCompose(outcome -> {
            var settled = new CompletableFuture<T>();
            environment
                    .threads()
                    .newThread(() -> {
                        try {
                            awaitApplied();
                        } finally {
                            settled.complete(outcome);
                        }
                    })
                    .start();
            return settled;
        });
    }

    private void awaitApplied() {
        try {
            long committed = controlPlane.highWatermark() - 1;
            if (!leaderships.awaitApplied(committed, PATIENCE)) {
                LOG.info("offset {} of the metadata is not applied here yet", committed);
            }
            others.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
