package io.oxbow.broker.transaction;

import io.oxbow.broker.control.ClusterMetadata;
import io.oxbow.broker.control.LeadershipListener;
import io.oxbow.broker.partition.Partitions;
import io.oxbow.broker.producerid.ProducerIds;
import io.oxbow.broker.transaction.Decision.Answer;
import io.oxbow.broker.transaction.TransactionPartition.Outcome;
import io.oxbow.s3stream.env.Component;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.env.Policy;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.utils.ProducerIdAndEpoch;
import org.apache.kafka.server.common.TransactionVersion;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Coordinates the transactions whose ids are kept in the partitions of the transaction log that
 * this broker leads. Thread-safe; its methods block.
 *
 * <p>A producer has its answer when the decision about its transaction is durable. The markers
 * follow, on a thread of their own, until every partition has one; the producer's next transaction
 * waits for that.
 */
public final class TransactionCoordinator implements LeadershipListener, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TransactionCoordinator.class);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);

    /** A question to the state machine, with a new producer id once it has asked for one. */
    @FunctionalInterface
    private interface Request {
        Decision decide(TransactionStates states, OptionalLong producerId, long nowMillis);
    }

    private final TransactionSettings settings;
    private final ClusterMetadata metadata;
    private final ProducerIds ids;
    private final Environment environment;
    private final Component health;
    private final TransactionLedger ledger;
    private final MarkerSender markers;
    private final Thread sweeper;
    private volatile boolean closed;

    TransactionCoordinator(
            Uuid process,
            TransactionSettings settings,
            Partitions partitions,
            ClusterMetadata metadata,
            ProducerIds ids,
            MarkerSender.Broker brokers,
            Environment environment) {
        this.settings = settings;
        this.metadata = metadata;
        this.ids = ids;
        this.environment = environment;
        this.health = environment.health().background("transaction-coordinator", Policy.RESTART);
        this.ledger =
                new TransactionLedger(
                        partitions,
                        metadata,
                        settings.loadBytes(),
                        environment,
                        health,
                        this::endAll);
        this.markers =
                new MarkerSender(process, new ImageLeaders(metadata), brokers, environment, health);
        this.sweeper = environment.threads().newThread(health.restarting(this::sweep));
        health.watch(ledger::impediment);
    }

    void start() {
        sweeper.start();
    }

    @Override
    public void elected(TopicIdPartition partition, int leaderEpoch) {
        ledger.elected(partition, leaderEpoch);
    }

    @Override
    public void resigning(TopicIdPartition partition, int leaderEpoch) {
        ledger.resigning(partition, leaderEpoch);
    }

    TransactionLedger ledger() {
        return ledger;
    }

    /** Returns the version of transactions that the cluster has finalized. */
    private TransactionVersion version() {
        return TransactionVersion.fromFeatureLevel(
                metadata.cache()
                        .features()
                        .finalizedFeatures()
                        .getOrDefault(TransactionVersion.FEATURE_NAME, (short) 0));
    }

    /** Begins a producer's session. */
    Answer initProducerId(
            String transactionalId, int timeoutMillis, Optional<ProducerIdAndEpoch> expected)
            throws InterruptedException {
        if (timeoutMillis <= 0 || timeoutMillis > settings.timeoutMillisMax()) {
            return Answer.of(Errors.INVALID_TRANSACTION_TIMEOUT);
        }
        return run(
                transactionalId,
                (states, producerId, now) ->
                        states.initProducerId(
                                transactionalId,
                                timeoutMillis,
                                expected,
                                producerId,
                                version(),
                                now));
    }

    /** Adds partitions to a producer's transaction. */
    Errors addPartitions(
            String transactionalId,
            ProducerIdAndEpoch producer,
            Set<TopicPartition> partitions,
            TransactionVersion client)
            throws InterruptedException {
        return run(
                        transactionalId,
                        (states, producerId, now) ->
                                states.addPartitions(
                                        transactionalId, producer, partitions, client, now))
                .error();
    }

    /** Decides a producer's transaction. */
    Answer endTransaction(
            String transactionalId,
            ProducerIdAndEpoch producer,
            boolean commit,
            TransactionVersion client)
            throws InterruptedException {
        return run(
                transactionalId,
                (states, producerId, now) ->
                        states.endTransaction(
                                transactionalId, producer, commit, client, producerId, now));
    }

    /** Tells which partitions are part of a producer's ongoing transaction. */
    Map<TopicPartition, Errors> verify(
            String transactionalId,
            ProducerIdAndEpoch producer,
            Collection<TopicPartition> partitions) {
        TransactionPartition home = ledger.find(transactionalId);
        Errors unavailable = unavailable(transactionalId, home);
        var results = new HashMap<TopicPartition, Errors>();
        for (TopicPartition partition : new HashSet<>(partitions)) {
            results.put(
                    partition,
                    home == null || unavailable != Errors.NONE
                            ? unavailable
                            : home.read(
                                    states -> states.verify(transactionalId, producer, partition)));
        }
        return results;
    }

    /** Returns the epoch of an id's coordinator here; -1 if it isn't coordinated here. */
    int epochOf(String transactionalId) {
        TransactionPartition home = ledger.find(transactionalId);
        return home == null ? -1 : home.epoch();
    }

    /** Returns why an id isn't served here; NONE if it is. */
    Errors unavailable(String transactionalId, @Nullable TransactionPartition home) {
        if (transactionalId.isEmpty()) {
            return Errors.INVALID_REQUEST;
        }
        return home == null ? Errors.NOT_COORDINATOR : home.availability();
    }

    private Answer run(String transactionalId, Request request) throws InterruptedException {
        TransactionPartition home = ledger.find(transactionalId);
        Errors unavailable = unavailable(transactionalId, home);
        if (home == null || unavailable != Errors.NONE) {
            return Answer.of(unavailable);
        }
        return run(home, transactionalId, request);
    }

    private Answer run(TransactionPartition home, String transactionalId, Request request)
            throws InterruptedException {
        OptionalLong producerId = OptionalLong.empty();
        while (true) {
            long now = environment.clock().wallMillis();
            OptionalLong given = producerId;
            Function<TransactionStates, Decision> question =
                    states -> request.decide(states, given, now);
            Outcome outcome = home.run(question, version(), now);
            if (home.hasFailed()) {
                ledger.loadAgain(home);
            }
            if (outcome.ending()) {
                end(home, transactionalId);
            }
            if (!outcome.needsProducerId()) {
                return outcome.answer();
            }
            try {
                producerId = OptionalLong.of(ids.next());
            } catch (ApiException e) {
                LOG.info("no producer id to be had now: {}", e.getMessage());
                return Answer.of(Errors.COORDINATOR_LOAD_IN_PROGRESS);
            }
        }
    }

    /** Ends all transactions that were decided before this broker became their coordinator. */
    private void endAll(TransactionPartition home) {
        home.read(TransactionStates::ending).forEach(id -> end(home, id));
    }

    private void end(TransactionPartition home, String transactionalId) {
        health.startTask(environment.threads(), () -> sendMarkers(home, transactionalId));
    }

    /** Sends the markers, however often that fails: nobody else would. */
    private void sendMarkers(TransactionPartition home, String transactionalId)
            throws InterruptedException {
        while (!closed && !home.isOver()) {
            try {
                if (markers.send(home, transactionalId)) {
                    run(
                            home,
                            transactionalId,
                            (states, producerId, now) ->
                                    states.markersWritten(transactionalId, now));
                }
                return;
            } catch (RuntimeException e) {
                health.unexpected("the markers of " + transactionalId, e);
                environment.clock().sleep(PAUSE_AFTER_FAILURE);
            }
        }
    }

    private void sweep() throws InterruptedException {
        long nextExpiry = environment.clock().wallMillis() + settings.expiryInterval().toMillis();
        while (!closed) {
            environment.clock().sleep(settings.abortInterval());
            ledger.all().forEach(this::abortTimedOut);
            if (environment.clock().wallMillis() >= nextExpiry) {
                nextExpiry =
                        environment.clock().wallMillis() + settings.expiryInterval().toMillis();
                ledger.all().forEach(this::expire);
            }
        }
    }

    private void abortTimedOut(TransactionPartition home) {
        long now = environment.clock().wallMillis();
        for (String id : home.read(states -> states.timedOut(now))) {
            LOG.info("the transaction of {} is aborted: its time is over", id);
            each(home, id, (states, producerId, at) -> states.abortTimedOut(id, version(), at));
        }
    }

    private void expire(TransactionPartition home) {
        long usedSince = environment.clock().wallMillis() - settings.idExpiration().toMillis();
        for (String id : home.read(states -> states.unusedSince(usedSince))) {
            each(home, id, (states, producerId, at) -> states.expire(id, usedSince));
        }
    }

    private void each(TransactionPartition home, String id, Request request) {
        try {
            if (home.availability() == Errors.NONE) {
                run(home, id, request);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed = true;
        health.stopped();
        sweeper.interrupt();
        ledger.close();
    }
}
