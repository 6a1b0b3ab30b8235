package io.oxbow.broker.move;

import io.oxbow.broker.control.ActiveController;
import io.oxbow.broker.control.ClusterMetadata;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.env.Policy;
import io.oxbow.s3stream.env.Rounds;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.metadata.BrokerRegistration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives each broker that comes without partitions its share of them, once, while this process leads
 * the metadata log.
 */
public final class NewcomerShares implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(NewcomerShares.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration REQUEST_LIMIT = Duration.ofSeconds(5);

    private final ClusterMetadata metadata;
    private final ActiveController controller;
    private final Environment environment;
    private final Rounds rounds;

    /** Epochs of the registrations that have had their share; the rounds' thread alone uses it. */
    private final Set<Long> served = new HashSet<>();

    public NewcomerShares(
            ClusterMetadata metadata, ActiveController controller, Environment environment) {
        this.metadata = metadata;
        this.controller = controller;
        this.environment = environment;
        this.rounds =
                new Rounds(
                        environment,
                        environment.health().background("newcomers", Policy.RESTART),
                        PAUSE,
                        this::look);
    }

    public void start() {
        rounds.start();
    }

    private void look() throws InterruptedException {
        if (!controller.isHere()) {
            return;
        }
        MetadataImage image = metadata.image();
        served.retainAll(
                image.cluster().brokers().values().stream()
                        .map(BrokerRegistration::epoch)
                        .toList());
        for (BrokerRegistration broker : image.cluster().brokers().values()) {
            if (Moves.isUp(image, broker.id()) && !served.contains(broker.epoch())) {
                serve(image, broker);
            }
        }
    }

    private void serve(MetadataImage image, BrokerRegistration broker) throws InterruptedException {
        Shares shares = Shares.of(image);
        if (shares.count(broker.id()) == 0) {
            shares.fill(broker.id());
            if (!shares.moves().isEmpty()) {
                if (!begun(shares)) {
                    return;
                }
                LOG.info("broker {} is to have {} partitions", broker.id(), shares.moves().size());
            }
        }
        served.add(broker.epoch());
    }

    private boolean begun(Shares shares) throws InterruptedException {
        try {
            controller.ask(shares.request(), REQUEST_LIMIT, environment.clock());
            return true;
        } catch (ExecutionException | ApiException e) {
            LOG.info("a newcomer's share, to be tried again: {}", e + "");
            return false;
        }
    }

    @Override
    public void close() {
        rounds.close();
    }
}
