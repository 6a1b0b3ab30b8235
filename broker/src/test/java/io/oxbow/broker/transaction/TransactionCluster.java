package io.oxbow.broker.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.broker.partition.Partition;
import io.oxbow.broker.partition.Partition.Membership;
import io.oxbow.broker.producer.AbortedTransaction;
import io.oxbow.broker.testing.Batches;
import io.oxbow.broker.testing.LedTopic;
import io.oxbow.broker.transaction.Decision.Answer;
import io.oxbow.broker.transaction.Decision.Confirm;
import io.oxbow.broker.transaction.Decision.NeedsProducerId;
import io.oxbow.broker.transaction.Decision.Write;
import io.oxbow.s3stream.ReadResult;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.ProducerIdAndEpoch;
import org.apache.kafka.coordinator.transaction.TransactionLog;
import org.apache.kafka.coordinator.transaction.TransactionState;
import org.apache.kafka.server.common.TransactionVersion;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.apache.kafka.storage.internals.log.VerificationGuard;
import org.jspecify.annotations.Nullable;

/**
 * Cluster of coordinators, leaders and one transactional producer, played from a seed on one
 * thread. The state machine, the order of markers and the partitions are the broker's own; the
 * network between them and the transaction log are the test's.
 */
final class TransactionCluster implements AutoCloseable {

    /** Rules of the protocol, each of which a run can do without; ALL has none broken. */
    enum Rule {
        ALL,
        /** An attempt to write a marker that a later one has overtaken does nothing. */
        ATTEMPTS_IN_ORDER,
        /** The word of a coordinator before the one of the last marker counts for nothing. */
        WORDS_NOT_OLDER_THAN_MARKERS,
        /** A coordinator gives no good answer out of memory before its log took a record. */
        ANSWERS_ARE_CONFIRMED,
        /** A transaction is complete when all partitions have their markers. */
        ALL_MARKERS_FIRST,
        /** The next coordinator ends what it finds decided. */
        DECISIONS_ARE_CARRIED_OUT
    }

    private static final String ID = "payer";
    private static final int PARTITIONS = 3;
    private static final int TRANSACTIONS = 12;
    private static final int TIMEOUT_MILLIS = 60_000;

    private final Random chance;
    private final TransactionVersion client;
    private final Rule broken;
    private final List<Runnable> network = new ArrayList<>();
    private final List<String> journal = new ArrayList<>();
    private final List<Coordinator> coordinators = new ArrayList<>();
    private final List<Leader> leaders = new ArrayList<>();
    private final Producer producer = new Producer();
    private @Nullable ByteBuffer record;
    private long freshId = 1_000;
    private long now = 1;
    private boolean troubled = true;

    TransactionCluster(int seed, TransactionVersion client, Rule broken) {
        this.chance = new Random(seed);
        this.client = client;
        this.broken = broken;
        coordinators.add(new Coordinator(0));
        for (int i = 0; i < PARTITIONS; i++) {
            leaders.add(new Leader(i, new LedTopic()));
        }
    }

    private boolean oneIn(int count) {
        return troubled && chance.nextInt(count) == 0;
    }

    private Coordinator current() {
        return coordinators.getLast();
    }

    /** Returns the coordinator that a caller asks, whose image may be old. */
    private Coordinator asked() {
        return oneIn(4) ? coordinators.get(chance.nextInt(coordinators.size())) : current();
    }

    /** Makes the next coordinator, which reads the log and ends what it finds decided. */
    private void succeed() {
        var next = new Coordinator(current().epoch + 1);
        coordinators.add(next);
        if (broken != Rule.DECISIONS_ARE_CARRIED_OUT && next.isEnding()) {
            next.beginMarkers();
        }
    }

    private void tell(String what, Object... values) {
        journal.add(what.formatted(values));
    }

    /** Plays with everything that goes wrong. */
    void trouble() {
        for (int i = 0; i < 600 && !producer.isDone(); i++) {
            now++;
            step();
        }
        troubled = false;
    }

    private void step() {
        switch (chance.nextInt(40)) {
            case 0 -> succeed();
            case 1 -> {
                int i = chance.nextInt(PARTITIONS);
                leaders.set(i, leaders.get(i).crash());
            }
            case 2 -> {
                if (chance.nextInt(4) == 0) {
                    now += 2 * TIMEOUT_MILLIS;
                    current().abortTimedOut();
                }
            }
            case 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 -> producer.step();
            case 13, 14, 15, 16, 17, 18 ->
                    coordinators.get(chance.nextInt(coordinators.size())).sendMarkers();
            case 19, 20, 21 -> current().sendMarkers();
            default -> deliver();
        }
    }

    private void deliver() {
        if (network.isEmpty()) {
            return;
        }
        int i = chance.nextInt(network.size());
        if (oneIn(8)) {
            network.remove(i);
        } else if (oneIn(10)) {
            network.get(i).run();
        } else {
            network.remove(i).run();
        }
    }

    /** Plays until the producer is done, and all that is late has come. */
    void heal() {
        for (int i = 0; !(producer.isDone() && network.isEmpty() && !current().isEnding()); i++) {
            assertThat(i).as("transactions stand still: %s", this).isLessThan(20_000);
            now++;
            producer.step();
            current().sendMarkers();
            deliver();
            deliver();
        }
    }

    /** Checks what readers of committed data see; returns it. */
    String check() {
        var text = new StringBuilder();
        for (Leader leader : leaders) {
            Partition partition = leader.topic.partition();
            assertThat(partition.lastStableOffset())
                    .as("last stable offset of partition %d", leader.index)
                    .isEqualTo(partition.highWatermark());
            List<Integer> seen = committed(partition);
            assertThat(seen).as("partition %d", leader.index).doesNotHaveDuplicates().isSorted();
            text.append(seen);
            producer.check(leader.index, seen);
        }
        return text.append(producer.outcomes).toString();
    }

    private static List<Integer> committed(Partition partition) {
        var values = new ArrayList<Integer>();
        long end = partition.highWatermark();
        List<AbortedTransaction> aborted = partition.abortedTransactions(0, end);
        for (long offset = 0; offset < end; ) {
            try (ReadResult read = partition.read(offset, 1 << 20)) {
                for (ReadResult.Append append : read.appends()) {
                    for (RecordBatch batch :
                            MemoryRecords.readableRecords(append.records()).batches()) {
                        if (!batch.isControlBatch() && !isAborted(batch, aborted)) {
                            for (Record record : batch) {
                                values.add(
                                        Integer.valueOf(
                                                Batches.values(List.of(record)).getFirst()));
                            }
                        }
                    }
                }
                offset = read.nextOffset();
            }
        }
        return values;
    }

    private static boolean isAborted(RecordBatch batch, List<AbortedTransaction> aborted) {
        return aborted.stream()
                .anyMatch(each ->
                        each.producerId() == batch.producerId()
                                && each.firstOffset() <= batch.baseOffset()
                                && each.lastOffset() > batch.baseOffset());
    }

    @Override
    public void close() {
        leaders.forEach(leader -> leader.topic.close());
    }

    @Override
    public String toString() {
        return "transaction %d, epoch %d, %s, %d messages%n%s"
                .formatted(
                        producer.number,
                        current().epoch,
                        current().states.get(ID),
                        network.size(),
                        String.join("\n", journal));
    }

    private static TopicPartition name(int partition) {
        return new TopicPartition("payments", partition);
    }

    /** A coordinator of the id, which serves on after it was succeeded until it finds out. */
    private final class Coordinator {
        private final int epoch;
        private final Uuid process;
        private final TransactionStates states = new TransactionStates();
        private final Map<Integer, Long> lastAttempts = new HashMap<>();
        private final Set<Integer> unmarked = new TreeSet<>();
        private long attempts;
        private boolean over;

        Coordinator(int epoch) {
            this.epoch = epoch;
            this.process = new Uuid(1, epoch);
            if (record != null
                    && TransactionLog.read(
                                    ByteBuffer.wrap(TransactionLog.keyToBytes(ID)),
                                    record.duplicate())
                            instanceof TransactionLog.TxnRecord txn) {
                states.restore(txn.transactionId(), txn.metadata());
            }
        }

        boolean isEnding() {
            return !states.ending().isEmpty();
        }

        /** Makes a decision; null when nobody learns whether it was made. */
        private @Nullable Answer make(Decision decision) {
            if (over) {
                return Answer.of(Errors.NOT_COORDINATOR);
            }
            return switch (decision) {
                case Answer answer -> answer;
                case NeedsProducerId ignored -> throw new IllegalStateException("an id was given");
                case Confirm confirm -> confirm(confirm);
                case Write write -> write(write);
            };
        }

        private @Nullable Answer confirm(Confirm confirm) {
            if (this != current() && broken != Rule.ANSWERS_ARE_CONFIRMED) {
                over = true;
                return Answer.of(Errors.NOT_COORDINATOR);
            }
            return oneIn(20) ? null : confirm.answer();
        }

        private @Nullable Answer write(Write write) {
            if (this != current() || oneIn(30)) {
                over = true;
                if (this == current()) {
                    succeed();
                }
                return Answer.of(Errors.NOT_COORDINATOR);
            }
            record =
                    ByteBuffer.wrap(
                            TransactionLog.valueToBytes(write.next(), TransactionVersion.TV_2));
            if (oneIn(30)) {
                tell("coordinator %d writes %s and dies", epoch, write.next());
                over = true;
                succeed();
                return null;
            }
            tell("coordinator %d writes %s", epoch, write.next());
            states.complete(write);
            if (write.next().txnState() == TransactionState.PREPARE_COMMIT
                    || write.next().txnState() == TransactionState.PREPARE_ABORT) {
                beginMarkers();
            }
            return oneIn(20) ? null : write.answer();
        }

        private void beginMarkers() {
            unmarked.clear();
            lastAttempts.clear();
            Objects.requireNonNull(states.get(ID))
                    .topicPartitions()
                    .forEach(each -> unmarked.add(each.partition()));
            if (unmarked.isEmpty()) {
                make(states.markersWritten(ID, now));
            }
        }

        void abortTimedOut() {
            if (!states.timedOut(now).isEmpty()) {
                make(states.abortTimedOut(ID, TransactionVersion.TV_2, now));
            }
        }

        /** Sends a marker to a partition that has none; the call before has timed out. */
        void sendMarkers() {
            if (over || unmarked.isEmpty() || !isEnding()) {
                return;
            }
            int partition = List.copyOf(unmarked).get(chance.nextInt(unmarked.size()));
            if (lastAttempts.containsKey(partition) && chance.nextInt(troubled ? 3 : 50) != 0) {
                return;
            }
            var attempt = new Marker.Attempt(process, ++attempts);
            lastAttempts.put(partition, attempt.number());
            Marker marker = MarkerSender.markerOf(states, ID, epoch, attempt);
            Leader leader = leaders.get(partition);
            network.add(() -> {
                Errors answer = leader.write(marker);
                network.add(() -> settle(partition, attempt.number(), answer));
            });
        }

        /** Takes the answer of the last attempt; those before have timed out. */
        private void settle(int partition, long attempt, Errors answer) {
            if (over || lastAttempts.getOrDefault(partition, -1L) != attempt) {
                return;
            }
            switch (answer) {
                case NONE, INVALID_PRODUCER_EPOCH -> {
                    unmarked.remove(partition);
                    lastAttempts.remove(partition);
                    if (unmarked.isEmpty() || broken == Rule.ALL_MARKERS_FIRST) {
                        unmarked.clear();
                        make(states.markersWritten(ID, now));
                    }
                }
                case TRANSACTION_COORDINATOR_FENCED -> over = true;
                default -> lastAttempts.remove(partition);
            }
        }

        private Errors word(ProducerIdAndEpoch session, int partition) {
            if (over) {
                return Errors.NOT_COORDINATOR;
            }
            if (!client.supportsEpochBump()) {
                return states.verify(ID, session, name(partition));
            }
            Answer answer = add(session, partition);
            return answer == null ? Errors.REQUEST_TIMED_OUT : answer.error();
        }

        private @Nullable Answer add(ProducerIdAndEpoch session, int partition) {
            return make(states.addPartitions(ID, session, Set.of(name(partition)), client, now));
        }
    }

    /** The leader of a partition, until its process dies. */
    private final class Leader {
        private final int index;
        private final LedTopic topic;
        private final MarkerOrder order = new MarkerOrder();
        private boolean dead;

        Leader(int index, LedTopic topic) {
            this.index = index;
            this.topic = topic;
        }

        Leader crash() {
            dead = true;
            tell("partition %d: its leader dies", index);
            return new Leader(index, topic.crash());
        }

        Errors write(Marker marker) {
            if (dead) {
                return Errors.NETWORK_EXCEPTION;
            }
            Errors[] result = {Errors.REQUEST_TIMED_OUT};
            order.run(
                    broken == Rule.ATTEMPTS_IN_ORDER ? null : marker.attempt(),
                    marker.producerId(),
                    () ->
                            result[0] =
                                    append(
                                            marker.records(now),
                                            AppendOrigin.COORDINATOR,
                                            new Membership(
                                                    VerificationGuard.SENTINEL, marker.version())));
            tell("partition %d: %s: %s", index, marker, result[0]);
            return result[0];
        }

        private Errors append(MemoryRecords records, AppendOrigin origin, Membership membership) {
            try {
                LedTopic.await(
                        topic.partition()
                                .append(records, origin, -1, Partition.Client.NODE, membership));
                return Errors.NONE;
            } catch (ApiException e) {
                return Errors.forException(e);
            }
        }

        /** Appends a batch once the coordinator agrees, if it has to be asked. */
        void produce(ProducerIdAndEpoch session, int sequence, int number) {
            VerificationGuard guard =
                    topic.partition()
                            .startVerification(session.producerId, session.epoch, sequence);
            if (guard == null) {
                produce(session, sequence, number, Membership.NONE);
                return;
            }
            Coordinator coordinator = asked();
            network.add(() -> {
                int epoch = coordinator.epoch;
                Errors word = coordinator.word(session, index);
                network.add(() -> {
                    if (dead || word != Errors.NONE) {
                        producer.refused(session, number, word);
                        return;
                    }
                    if (broken == Rule.WORDS_NOT_OLDER_THAN_MARKERS
                            || topic.partition().mayBeCoordinatedAt(session.producerId, epoch)) {
                        produce(session, sequence, number, new Membership(guard, (short) 0));
                    }
                });
            });
        }

        private void produce(
                ProducerIdAndEpoch session, int sequence, int number, Membership membership) {
            Errors result =
                    append(
                            Batches.transactional(
                                    session.producerId, session.epoch, sequence, "" + number),
                            AppendOrigin.CLIENT,
                            membership);
            tell(
                    "partition %d: transaction %d, epoch %d, sequence %d: %s",
                    index, number, session.epoch, sequence, result);
            if (oneIn(10)) {
                return;
            }
            if (result == Errors.NONE) {
                producer.acked(session, index, sequence);
            } else {
                producer.refused(session, number, result);
            }
        }
    }

    /** A producer whose requests are in order, and which tries again until it knows. */
    private final class Producer {
        private final Map<Integer, List<Integer>> plans = new TreeMap<>();
        private final Map<Integer, Boolean> outcomes = new TreeMap<>();
        private final Map<Integer, Integer> sequences = new HashMap<>();
        private final Set<Integer> added = new HashSet<>();
        private @Nullable ProducerIdAndEpoch session;
        private int number = -1;
        private int sent;
        private boolean commits;
        private boolean unsure;

        boolean isDone() {
            return number >= TRANSACTIONS;
        }

        void step() {
            if (isDone()) {
                return;
            }
            if (session == null) {
                init();
            } else if (sent < plan().size() && commits) {
                send(plan().get(sent));
            } else {
                end();
            }
        }

        private List<Integer> plan() {
            return Objects.requireNonNull(plans.get(number));
        }

        private void init() {
            Coordinator coordinator = asked();
            Answer answer =
                    coordinator.over
                            ? null
                            : coordinator.make(
                                    coordinator.states.initProducerId(
                                            ID,
                                            TIMEOUT_MILLIS,
                                            Optional.empty(),
                                            OptionalLong.of(freshId++),
                                            TransactionVersion.TV_2,
                                            now));
            if (answer != null && answer.error() == Errors.NONE) {
                open(answer);
                next();
            }
        }

        private void open(Answer answer) {
            var opened = new ProducerIdAndEpoch(answer.producerId(), answer.producerEpoch());
            if (!opened.equals(session)) {
                sequences.clear();
            }
            session = opened;
        }

        private void next() {
            number++;
            sent = 0;
            commits = true;
            unsure = false;
            added.clear();
            var plan = new ArrayList<Integer>();
            for (int i = 0; i < PARTITIONS; i++) {
                if (plan.isEmpty() || chance.nextBoolean()) {
                    plan.add(chance.nextInt(PARTITIONS));
                }
            }
            plans.put(number, plan.stream().distinct().toList());
        }

        private void send(int partition) {
            if (oneIn(25)) {
                // Gives up; the batch may be on its way.
                commits = false;
                unsure = true;
                return;
            }
            ProducerIdAndEpoch open = Objects.requireNonNull(session);
            Coordinator coordinator = asked();
            if (!client.supportsEpochBump() && !added.contains(partition)) {
                Answer answer = coordinator.over ? null : coordinator.add(open, partition);
                if (answer != null && answer.error() == Errors.NONE) {
                    added.add(partition);
                } else if (answer != null) {
                    failed(answer.error());
                }
                return;
            }
            leaders.get(partition).produce(open, sequences.getOrDefault(partition, 0), number);
            if (oneIn(60)) {
                restart();
            }
        }

        void acked(ProducerIdAndEpoch of, int partition, int sequence) {
            if (of.equals(session)
                    && sent < plan().size()
                    && plan().get(sent) == partition
                    && sequences.getOrDefault(partition, 0) == sequence) {
                sequences.merge(partition, 1, Integer::sum);
                sent++;
                commits = chance.nextInt(8) != 0;
            }
        }

        /** Learns that a batch was not taken. */
        void refused(ProducerIdAndEpoch of, int transaction, Errors error) {
            if (!of.equals(session) || transaction != number) {
                return;
            }
            switch (error) {
                case PRODUCER_FENCED, INVALID_PRODUCER_EPOCH, INVALID_PRODUCER_ID_MAPPING ->
                        restart();
                case TRANSACTION_ABORTABLE, INVALID_TXN_STATE, OUT_OF_ORDER_SEQUENCE_NUMBER -> {
                    commits = false;
                    unsure = true;
                }
                default -> {}
            }
        }

        private void end() {
            boolean decision = commits && sent == plan().size();
            Coordinator coordinator = asked();
            Answer answer =
                    coordinator.over
                            ? null
                            : coordinator.make(
                                    coordinator.states.endTransaction(
                                            ID,
                                            Objects.requireNonNull(session),
                                            decision,
                                            client,
                                            OptionalLong.of(freshId++),
                                            now));
            if (answer == null) {
                return;
            }
            if (answer.error() == Errors.NONE) {
                outcomes.put(number, decision);
                if (unsure) {
                    session = null;
                } else if (client.supportsEpochBump()) {
                    open(answer);
                    next();
                } else {
                    next();
                }
            } else {
                failed(answer.error());
            }
        }

        private void failed(Errors error) {
            switch (error) {
                case CONCURRENT_TRANSACTIONS, NOT_COORDINATOR -> {}
                default -> restart();
            }
        }

        /** Begins a new session; what becomes of the transaction is not known to this producer. */
        private void restart() {
            session = null;
        }

        /** Checks one partition's values against the outcomes; those of no outcome be whole. */
        void check(int partition, List<Integer> seen) {
            for (int each = 0; each < number; each++) {
                Boolean outcome = outcomes.get(each);
                boolean planned = plans.getOrDefault(each, List.of()).contains(partition);
                if (outcome != null) {
                    assertThat(seen.contains(each))
                            .as(
                                    "transaction %d in partition %d: %s",
                                    each, partition, TransactionCluster.this)
                            .isEqualTo(planned && outcome);
                } else if (planned) {
                    outcomes.put(each, seen.contains(each));
                }
            }
        }
    }
}
