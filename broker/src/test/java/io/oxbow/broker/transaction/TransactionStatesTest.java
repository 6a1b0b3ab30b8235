package io.oxbow.broker.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.broker.transaction.Decision.Answer;
import io.oxbow.broker.transaction.Decision.Confirm;
import io.oxbow.broker.transaction.Decision.NeedsProducerId;
import io.oxbow.broker.transaction.Decision.Write;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.utils.ProducerIdAndEpoch;
import org.apache.kafka.coordinator.transaction.TransactionLog;
import org.apache.kafka.coordinator.transaction.TransactionMetadata;
import org.apache.kafka.coordinator.transaction.TransactionState;
import org.apache.kafka.server.common.TransactionVersion;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests the state machine of transactional ids, crashes of its coordinator included. */
class TransactionStatesTest {

    private static final String ID = "payments";
    private static final int TIMEOUT_MILLIS = 60_000;
    private static final Set<TopicPartition> PARTITIONS = Set.of(new TopicPartition("topic", 0));

    /** A coordinator whose log is a list of records, and which may die at any write. */
    private static final class Coordinator {
        private final TransactionVersion version;
        private final Map<String, ByteBuffer> log = new HashMap<>();
        private TransactionStates states = new TransactionStates();
        private long freshId = 1_000;
        private long now = 1;

        Coordinator(TransactionVersion version) {
            this.version = version;
        }

        /** Loads the states anew, as the coordinator's successor does. */
        void restart() {
            states = new TransactionStates();
            log.forEach((id, value) -> {
                var read = TransactionLog.read(TransactionLogKey.of(id), value.duplicate());
                if (read instanceof TransactionLog.TxnRecord txn) {
                    states.restore(txn.transactionId(), txn.metadata());
                }
            });
        }

        void write(Write write) {
            log.put(
                    write.transactionalId(),
                    ByteBuffer.wrap(TransactionLog.valueToBytes(write.next(), version)));
        }

        Answer make(Decision decision) {
            return switch (decision) {
                case Answer answer -> answer;
                case NeedsProducerId ignored -> throw new AssertionError("no id was given");
                case Confirm confirm -> confirm.answer();
                case Write write -> {
                    write(write);
                    states.complete(write);
                    yield write.answer();
                }
            };
        }

        Decision init() {
            return states.initProducerId(
                    ID,
                    TIMEOUT_MILLIS,
                    Optional.empty(),
                    OptionalLong.of(freshId++),
                    version,
                    now++);
        }

        Decision add(ProducerIdAndEpoch producer) {
            return states.addPartitions(ID, producer, PARTITIONS, version, now++);
        }

        Decision end(ProducerIdAndEpoch producer, boolean commit) {
            return states.endTransaction(
                    ID, producer, commit, version, OptionalLong.of(freshId++), now++);
        }

        Decision markersWritten() {
            return states.markersWritten(ID, now++);
        }

        TransactionState state() {
            TransactionMetadata metadata = states.get(ID);
            return metadata == null ? TransactionState.DEAD : metadata.state();
        }
    }

    /** Key of the transaction log. */
    private static final class TransactionLogKey {
        static ByteBuffer of(String id) {
            return ByteBuffer.wrap(TransactionLog.keyToBytes(id));
        }
    }

    private static ProducerIdAndEpoch producer(Answer answer) {
        return new ProducerIdAndEpoch(answer.producerId(), answer.producerEpoch());
    }

    @Test
    void anEndOfTheNextTransactionWaitsForTheMarkersOfTheLast() {
        var coordinator = new Coordinator(TransactionVersion.TV_2);
        ProducerIdAndEpoch first = producer(coordinator.make(coordinator.init()));
        coordinator.make(coordinator.add(first));
        ProducerIdAndEpoch next = producer(coordinator.make(coordinator.end(first, true)));
        assertThat(next.epoch).isEqualTo((short) (first.epoch + 1));

        for (boolean commit : new boolean[] {true, false}) {
            assertThat(coordinator.make(coordinator.end(next, commit)).error())
                    .isEqualTo(Errors.CONCURRENT_TRANSACTIONS);
        }
        assertThat(coordinator.make(coordinator.end(first, true)).error())
                .as("the same end, asked for again")
                .isEqualTo(Errors.CONCURRENT_TRANSACTIONS);
        assertThat(coordinator.make(coordinator.end(first, false)).error())
                .as("the other end")
                .isEqualTo(Errors.INVALID_TXN_STATE);

        coordinator.make(coordinator.markersWritten());
        assertThat(coordinator.make(coordinator.end(first, true)))
                .as("the answer that was lost")
                .isEqualTo(new Answer(Errors.NONE, next.producerId, next.epoch));
        assertThat(coordinator.make(coordinator.add(next)).error()).isEqualTo(Errors.NONE);
    }

    /**
     * Sessions of one id follow each other, and requests come from old ones too. The coordinator
     * dies before or after the write of any.
     */
    @ParameterizedTest
    @EnumSource(
            value = TransactionVersion.class,
            names = {"TV_1", "TV_2"})
    void whatIsDecidedStaysDecidedAndOldSessionsDecideNothing(TransactionVersion version) {
        for (int seed = 0; seed < 2_000; seed++) {
            new Run(seed, version).play();
        }
    }

    private static final class Run {
        private final Random random;
        private final int seed;
        private final Coordinator coordinator;
        private final List<ProducerIdAndEpoch> sessions = new ArrayList<>();
        private final Map<String, Boolean> decided = new HashMap<>();

        Run(int seed, TransactionVersion version) {
            this.seed = seed;
            this.random = new Random(seed);
            this.coordinator = new Coordinator(version);
        }

        void play() {
            for (int i = 0; i < 60; i++) {
                step();
            }
        }

        private void step() {
            ProducerIdAndEpoch anyone =
                    sessions.isEmpty()
                            ? new ProducerIdAndEpoch(7, (short) 0)
                            : sessions.get(random.nextInt(sessions.size()));
            ProducerIdAndEpoch last = sessions.isEmpty() ? anyone : sessions.getLast();
            switch (random.nextInt(10)) {
                case 0 -> open(coordinator.init());
                case 1, 2, 3 -> outcome(coordinator.add(last));
                case 4, 5 -> open(coordinator.end(last, random.nextBoolean()));
                case 6 -> outcome(judged(anyone, coordinator.add(anyone)));
                case 7 -> open(judged(anyone, coordinator.end(anyone, random.nextBoolean())));
                default -> outcome(coordinator.markersWritten());
            }
        }

        /** Takes the answer of a request that opens a session, or the next epoch of one. */
        private void open(Decision decision) {
            Answer answer = outcome(decision);
            if (answer != null && answer.error() == Errors.NONE) {
                ProducerIdAndEpoch now = producer(answer);
                if (!sessions.isEmpty() && sessions.getLast().producerId == now.producerId) {
                    assertThat(now.epoch)
                            .as("seed %d", seed)
                            .isGreaterThanOrEqualTo(sessions.getLast().epoch);
                }
                if (sessions.isEmpty() || !sessions.getLast().equals(now)) {
                    sessions.add(now);
                }
            }
        }

        /** Checks that a session that others followed two epochs ago changes nothing. */
        private Decision judged(ProducerIdAndEpoch producer, Decision decision) {
            int age = sessions.size() - 1 - sessions.indexOf(producer);
            if (age >= 2) {
                assertThat(decision).as("seed %d", seed).isInstanceOf(Answer.class);
            }
            return decision;
        }

        /** Returns the answer; null if the coordinator died before it was given. */
        private @Nullable Answer outcome(Decision decision) {
            if (!(decision instanceof Write write)) {
                return coordinator.make(decision);
            }
            boolean diesBefore = random.nextInt(8) == 0;
            boolean diesAfter = random.nextInt(8) == 0;
            if (diesBefore) {
                coordinator.restart();
                return null;
            }
            check(write);
            Answer answer = coordinator.make(write);
            if (diesAfter) {
                TransactionState durable = coordinator.state();
                coordinator.restart();
                assertThat(coordinator.state()).as("seed %d", seed).isEqualTo(durable);
                return null;
            }
            return answer;
        }

        /** Checks that a write decides no transaction that was decided, nor the other way. */
        private void check(Write write) {
            TransactionState before = coordinator.state();
            TransactionState next = write.next().txnState();
            boolean undecided =
                    before != TransactionState.PREPARE_COMMIT
                            && before != TransactionState.PREPARE_ABORT;
            if (next == TransactionState.PREPARE_COMMIT) {
                assertThat(before).as("seed %d", seed).isEqualTo(TransactionState.ONGOING);
            } else if (next == TransactionState.COMPLETE_COMMIT) {
                assertThat(before).as("seed %d", seed).isEqualTo(TransactionState.PREPARE_COMMIT);
            } else if (next == TransactionState.COMPLETE_ABORT) {
                assertThat(before).as("seed %d", seed).isEqualTo(TransactionState.PREPARE_ABORT);
            } else {
                assertThat(undecided).as("seed %d: %s to %s", seed, before, next).isTrue();
            }
            if (next == TransactionState.PREPARE_COMMIT || next == TransactionState.PREPARE_ABORT) {
                String transaction = write.next().txnStartTimestamp() + "";
                Boolean earlier = decided.put(transaction, next == TransactionState.PREPARE_COMMIT);
                if (write.next().txnStartTimestamp() >= 0) {
                    assertThat(earlier).as("seed %d", seed).isNull();
                }
            }
        }
    }
}
