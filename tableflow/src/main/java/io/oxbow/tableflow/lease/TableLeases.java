package io.oxbow.tableflow.lease;

import io.oxbow.s3stream.env.Component;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.env.Policy;
import io.oxbow.s3stream.env.Rounds;
import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.log.LogAppendException;
import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.tableflow.service.CommitterEpochs;
import io.oxbow.tableflow.service.TableTopics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node's part in the leases of tables. It takes those that are planned for it and have no live
 * holder, and gives away those of its own that are planned for others. Thread-safe.
 */
public final class TableLeases implements CommitterEpochs, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TableLeases.class);
    private static final Duration LOOK = Duration.ofMillis(500);

    private final Process self;
    private final MetadataLog log;
    private final TableTopics topics;
    private final Component health;
    private final Rounds rounds;

    /**
     * This process.
     *
     * @param translates false if it takes no table
     */
    public record Process(int nodeId, UUID incarnation, boolean translates) {}

    public TableLeases(Process self, MetadataLog log, TableTopics topics, Environment environment) {
        this.self = self;
        this.log = log;
        this.topics = topics;
        this.health = environment.health().background("table-leases", Policy.RESTART);
        this.rounds = new Rounds(environment, health, LOOK, this::look);
    }

    /** Begins to take leases. */
    public void start() {
        rounds.start();
    }

    /** Returns the number of the table's lease while this process holds it. */
    @Override
    public OptionalLong of(UUID topicId) {
        CoreImage image = log.image();
        TableLease lease = lease(image, topicId).orElse(null);
        return lease != null && own(image).filter(lease.worker()::equals).isPresent()
                ? OptionalLong.of(lease.number())
                : OptionalLong.empty();
    }

    /** Returns the lease of a topic's table, if it ever had one. */
    static Optional<TableLease> lease(CoreImage image, UUID topicId) {
        return image.pointer(TableLease.key(topicId)).map(at -> TableLease.of(at.value()));
    }

    void look() {
        CoreImage image = log.image();
        Worker own = own(image).orElse(null);
        if (own == null) {
            return;
        }
        List<CoreRecord> changes = new ArrayList<>();
        if (self.translates()) {
            announce(image, own, changes);
        }
        share(image, own, changes);
        if (changes.isEmpty()) {
            return;
        }
        try {
            tell(changes, log.append(changes));
            health.running();
        } catch (LogAppendException e) {
            // What was appended shows in the image; the rest is due again.
            health.retrying(e);
        }
    }

    /** Logs the leases that were changed, and not by others before. */
    private static void tell(List<CoreRecord> changes, List<ApplyResult> results) {
        for (int i = 0; i < changes.size(); i++) {
            if (results.get(i) instanceof ApplyResult.PointerSet
                    && changes.get(i) instanceof CoreRecord.PutPointer put
                    && put.key().startsWith(TableLease.PREFIX)
                    && put.value() != null) {
                TableLease lease = TableLease.of(put.value());
                LOG.info(
                        "the table of topic {} is node {}'s from now on, at epoch {}",
                        TableLease.topicId(put.key()),
                        lease.worker().nodeId(),
                        lease.number());
            }
        }
    }

    /** Returns this process as a worker; empty unless it is its node's live one. */
    private Optional<Worker> own(CoreImage image) {
        return image.node(self.nodeId())
                .filter(node -> !node.fenced() && node.incarnation().equals(self.incarnation()))
                .map(node -> new Worker(self.nodeId(), node.nodeEpoch()));
    }

    private static void announce(CoreImage image, Worker own, List<CoreRecord> changes) {
        CoreImage.Pointer present = image.pointer(own.key()).orElse(null);
        if (present == null || !Worker.of(own.key(), present.value()).equals(own)) {
            changes.add(
                    new CoreRecord.PutPointer(
                            own.key(), present == null ? 0 : present.version(), own.bytes()));
        }
    }

    private void share(CoreImage image, Worker own, List<CoreRecord> changes) {
        Map<UUID, CoreImage.Pointer> pointers = new HashMap<>();
        Map<UUID, Worker> holders = new HashMap<>();
        image.pointers(TableLease.PREFIX)
                .forEach((key, pointer) -> {
                    UUID topic = TableLease.topicId(key);
                    pointers.put(topic, pointer);
                    holders.put(topic, TableLease.of(pointer.value()).worker());
                });
        SortedSet<Worker> workers = workers(image);
        Set<UUID> known = new HashSet<>();
        Set<UUID> tables = new HashSet<>();
        for (TableTopics.Topic topic : topics.topics()) {
            known.add(topic.id());
            if (topic.wantsTable()) {
                tables.add(topic.id());
            }
        }
        LeasePlan.of(tables, holders, workers)
                .forEach((table, wanted) -> {
                    Worker holder = holders.get(table);
                    boolean isFree = holder == null || !workers.contains(holder);
                    boolean takes = isFree && wanted.equals(own);
                    boolean gives = own.equals(holder) && !wanted.equals(own);
                    if (takes || gives) {
                        changes.add(lease(table, pointers.get(table), wanted));
                    }
                });
        for (Map.Entry<UUID, Worker> each : holders.entrySet()) {
            UUID topic = each.getKey();
            // The topics may not be known here yet; what has streams is no topic that is gone.
            boolean isGone = !known.contains(topic) && image.streamsOf(topic).isEmpty();
            CoreImage.Pointer pointer = pointers.get(topic);
            if (isGone && pointer != null && each.getValue().equals(own)) {
                changes.add(
                        new CoreRecord.PutPointer(TableLease.key(topic), pointer.version(), null));
            }
        }
    }

    /** Returns the processes that translate and whose epoch is their node's live one. */
    private static SortedSet<Worker> workers(CoreImage image) {
        SortedSet<Worker> workers = new TreeSet<>();
        image.nodes().stream()
                .filter(node -> isWorker(image, node))
                .map(node -> new Worker(node.nodeId(), node.nodeEpoch()))
                .forEach(workers::add);
        return workers;
    }

    /** Returns true if the node lives and has announced that it translates tables. */
    public static boolean isWorker(CoreImage image, CoreImage.NodeState node) {
        var worker = new Worker(node.nodeId(), node.nodeEpoch());
        return !node.fenced()
                && image.pointer(worker.key())
                        .map(pointer -> Worker.of(worker.key(), pointer.value()))
                        .filter(worker::equals)
                        .isPresent();
    }

    /**
     * Returns the record of the next lease of a table. Its number is above those of earlier leases,
     * and not below the epochs at which nodes have committed that served the bucket alone.
     */
    private CoreRecord lease(UUID table, CoreImage.@Nullable Pointer before, Worker holder) {
        long last = before == null ? 0 : TableLease.of(before.value()).number();
        var lease = new TableLease(holder, Math.max(last + 1, log.leadership().leaderEpoch()));
        return new CoreRecord.PutPointer(
                TableLease.key(table), before == null ? 0 : before.version(), lease.bytes());
    }

    @Override
    public void close() {
        rounds.close();
    }
}
