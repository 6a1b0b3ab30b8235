package io.oxbow.tableflow.service;

import io.micrometer.core.instrument.MeterRegistry;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.tableflow.config.TableConfig;
import io.oxbow.tableflow.tend.TendingStatus;
import io.oxbow.tableflow.translate.TableRound;
import io.oxbow.tableflow.translate.TableTopic;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import org.apache.kafka.common.config.ConfigException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the tables of all topics up to date. All methods may be called by any thread. */
public final class TableService implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TableService.class);

    private final TopicWorker.Shared shared;
    private final MeterRegistry meters;
    private final Map<UUID, TopicWorker> workers = new HashMap<>();
    private final Map<UUID, Thread> threads = new HashMap<>();
    private final Map<UUID, TableStatus> invalid = new HashMap<>();
    private final TableTender tender;
    private boolean started;
    private boolean closed;

    public TableService(
            TableRound.Sources sources,
            TableServiceLinks links,
            TableServiceConfig config,
            Environment environment,
            MeterRegistry meters) {
        this.shared =
                new TopicWorker.Shared(
                        sources,
                        config,
                        links,
                        new TickUploads(links.uploads(), environment.clock()),
                        environment,
                        new Semaphore(config.concurrentRounds()));
        this.meters = meters;
        this.tender = new TableTender(this::workers, environment);
    }

    private synchronized List<TopicWorker> workers() {
        return List.copyOf(workers.values());
    }

    /** Starts to follow topics and to work. */
    public void start() {
        synchronized (this) {
            if (started) {
                throw new IllegalStateException("a table service starts once");
            }
            started = true;
        }
        shared.links().topics().onChange(this::reconcile);
        reconcile();
        tender.start();
    }

    /** Starts, updates and stops workers until they match the topics. */
    private void reconcile() {
        synchronized (this) {
            if (closed) {
                return;
            }
            Map<UUID, TableTopic> wanted = wanted();
            for (TopicWorker worker : List.copyOf(workers.values())) {
                UUID id = worker.topic().id();
                if (!wanted.containsKey(id)) {
                    worker.stop();
                    workers.remove(id);
                    threads.remove(id);
                }
            }
            wanted.values().forEach(this::ensure);
        }
    }

    private Map<UUID, TableTopic> wanted() {
        Map<UUID, TableTopic> wanted = new HashMap<>();
        invalid.clear();
        for (TableTopics.Topic topic : shared.links().topics().topics()) {
            try {
                TableConfig config = TableConfig.of(topic.name(), topic.settings());
                if (config.enabled()) {
                    wanted.put(
                            topic.id(),
                            new TableTopic(topic.id(), topic.name(), topic.partitions(), config));
                }
            } catch (ConfigException e) {
                LOG.warn("topic {}: {}", topic.name(), e.getMessage());
                invalid.put(topic.id(), invalidStatus(topic, String.valueOf(e.getMessage())));
            }
        }
        return wanted;
    }

    private static TableStatus invalidStatus(TableTopics.Topic topic, String error) {
        return new TableStatus(
                topic.id(),
                topic.name(),
                null,
                TableStatus.State.FAILING,
                0,
                0,
                new TreeMap<>(),
                0,
                0,
                0,
                0,
                error,
                0,
                TendingStatus.NONE);
    }

    private void ensure(TableTopic topic) {
        TopicWorker worker = workers.get(topic.id());
        if (worker != null) {
            worker.update(topic);
            return;
        }
        worker = new TopicWorker(topic, shared, meters);
        workers.put(topic.id(), worker);
        Thread thread = shared.environment().threads().newThread(worker::run);
        threads.put(topic.id(), thread);
        thread.start();
    }

    /**
     * Returns the reason why a topic's settings cannot take effect beside the other tables and on
     * the topic's own, as it was last seen. Reads nothing and waits for no round.
     */
    public Optional<String> refusal(String topic, TableConfig before, TableConfig after) {
        if (!after.enabled()) {
            return Optional.empty();
        }
        List<TopicWorker> running;
        synchronized (this) {
            running = List.copyOf(workers.values());
        }
        boolean named = before.enabled() && before.identifier().equals(after.identifier());
        for (TopicWorker worker : running) {
            TableTopic other = worker.topic();
            if (other.name().equals(topic)) {
                Optional<String> why = worker.refusal(after);
                if (why.isPresent()) {
                    return why;
                }
            } else if (!named && other.config().identifier().equals(after.identifier())) {
                return Optional.of(
                        "the table %s is that of the topic '%s'; give this one another name by %s or %s"
                                .formatted(
                                        after.identifier(),
                                        other.name(),
                                        TableConfig.NAMESPACE,
                                        TableConfig.NAME));
            }
        }
        return Optional.empty();
    }

    /** Returns the status of every table. */
    public List<TableStatus> status() {
        List<TableStatus> all = new ArrayList<>();
        List<TopicWorker> running;
        synchronized (this) {
            all.addAll(invalid.values());
            running = List.copyOf(workers.values());
        }
        running.forEach(worker -> all.add(worker.status()));
        all.sort(java.util.Comparator.comparing(TableStatus::topic));
        return all;
    }

    /**
     * Returns the lowest offset of a partition that the log must keep, because the table does not
     * have it yet. It is {@link Long#MAX_VALUE} when the log need not wait for a table. While it is
     * not known what the settings or the table say, nothing may go.
     */
    public long pinnedOffset(UUID topicId, int partition) {
        TopicWorker worker;
        synchronized (this) {
            if (!started || closed || invalid.containsKey(topicId)) {
                return 0;
            }
            worker = workers.get(topicId);
        }
        return worker == null ? Long.MAX_VALUE : worker.pinnedOffset(partition);
    }

    /** Runs a round of a topic soon, whatever its pace says. */
    public void hurry(UUID topicId) {
        TopicWorker worker;
        synchronized (this) {
            worker = workers.get(topicId);
        }
        if (worker != null) {
            worker.hurry();
        }
    }

    /** Stops the workers; rounds under way come to their end, and no more begin. */
    @Override
    public void close() {
        tender.close();
        List<Thread> toJoin;
        synchronized (this) {
            closed = true;
            workers.values().forEach(TopicWorker::stop);
            toJoin = List.copyOf(threads.values());
            workers.clear();
            threads.clear();
        }
        try {
            for (Thread thread : toJoin) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
