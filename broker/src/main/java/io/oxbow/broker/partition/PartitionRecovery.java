package io.oxbow.broker.partition;

import io.oxbow.broker.producer.EndMarker;
import io.oxbow.broker.producer.ProducerBatch;
import io.oxbow.broker.producer.ProducerState;
import io.oxbow.broker.producer.ProducerStates;
import io.oxbow.broker.producer.TransactionChange;
import io.oxbow.broker.producer.Transactions;
import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.DamagedException;
import io.oxbow.s3stream.ReadResult;
import io.oxbow.s3stream.Stream;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.jspecify.annotations.Nullable;

/**
 * Rebuilds a partition's state beside its records from the newest checkpoint and every durable
 * batch behind it. Batches that the node's start has seen are not read again. What comes out equals
 * what the last leader had when its last durable batch was appended, so a retry of any of the last
 * batches is recognised.
 */
final class PartitionRecovery {

    private static final int READ_BYTES = 4 << 20;

    private final Stream data;
    private final ProducerStates producers;
    private final Transactions transactions;
    private final LeaderEpochs epochs;
    private final Consumer<DamagedException> damages;
    private long replayedBytes;
    private long cleanedTo;

    /**
     * @param damages is told of what cannot be read: its producers are forgotten, and no more
     */
    PartitionRecovery(
            Stream data,
            ProducerStates producers,
            Transactions transactions,
            LeaderEpochs epochs,
            Consumer<DamagedException> damages) {
        this.damages = damages;
        this.data = data;
        this.producers = producers;
        this.transactions = transactions;
        this.epochs = epochs;
    }

    /**
     * @param seen the last batches or some of them, if they are known already
     * @return how many bytes of records lie behind the checkpoint
     */
    long run(Optional<StateLog> stateLog, RecoveredBatches.@Nullable Run seen) {
        long end = data.durableEndOffset();
        StateCheckpoint checkpoint =
                stateLog.flatMap(log -> log.newest(end)).orElse(StateCheckpoint.EMPTY);
        cleanedTo = checkpoint.cleanedTo();
        producers.restore(checkpoint.producers());
        transactions.restore(
                checkpoint.producers().stream()
                        .filter(ProducerState::isOpen)
                        .map(ProducerState::openSince)
                        .toList(),
                checkpoint.aborted());
        epochs.restore(checkpoint.epochs());
        long offset = Math.max(checkpoint.dataOffset(), data.startOffset());
        while (offset < end) {
            offset = seen != null && seen.covers(offset) ? replay(seen, offset) : readFrom(offset);
        }
        epochs.trim(data.startOffset());
        transactions.durable(end);
        transactions.trim(data.startOffset());
        return replayedBytes;
    }

    /** Returns the offset below which a cleaning has been through, as of the checkpoint. */
    long cleanedTo() {
        return cleanedTo;
    }

    private long replay(RecoveredBatches.Run seen, long offset) {
        seen.from(offset).forEach(this::replay);
        return seen.endOffset();
    }

    private long readFrom(long offset) {
        try (ReadResult fetched = data.read(offset, READ_BYTES)) {
            if (fetched.nextOffset() <= offset) {
                throw new CorruptException(
                        "%s ends at %d before its durable end".formatted(data.name(), offset));
            }
            for (ReadResult.Append append : fetched.appends()) {
                MemoryRecords records = MemoryRecords.readableRecords(append.records());
                for (RecordBatch batch : records.batches()) {
                    replay(RecoveredBatch.of(batch, append.appendTimeMillis()));
                }
            }
            return fetched.nextOffset();
        } catch (DamagedException e) {
            damages.accept(e);
            return Math.max(e.toOffset(), offset + 1);
        }
    }

    private void replay(RecoveredBatch recovered) {
        epochs.begin(recovered.leaderEpoch(), recovered.batch().baseOffset());
        if (recovered.hasProducerId()) {
            replayProducer(recovered);
        }
        replayedBytes += recovered.sizeInBytes();
    }

    private void replayProducer(RecoveredBatch recovered) {
        long producerId = recovered.producerId();
        ProducerBatch batch = recovered.batch();
        EndMarker marker = recovered.marker();
        TransactionChange change =
                producers.change(producerId, recovered.transactional(), marker, batch.baseOffset());
        if (change != null) {
            transactions.make(change);
        }
        if (marker == null) {
            producers.appended(
                    producerId, recovered.producerEpoch(), batch, recovered.transactional());
        } else {
            producers.ended(
                    producerId, recovered.producerEpoch(), marker, batch.appendTimeMillis());
        }
    }
}
