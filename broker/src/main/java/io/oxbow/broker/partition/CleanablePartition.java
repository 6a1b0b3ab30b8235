package io.oxbow.broker.partition;

import io.oxbow.broker.clean.CleanableLog;
import io.oxbow.broker.producer.AbortedTransaction;
import io.oxbow.broker.producer.ProducerState;
import io.oxbow.s3stream.AppendFilter;
import io.oxbow.s3stream.CommittedReader;
import io.oxbow.s3stream.RewriteResult;
import io.oxbow.s3stream.StreamStore;
import java.util.Collection;
import java.util.List;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.storage.internals.log.LogConfig;

/** A led partition as cleanings see it. */
record CleanablePartition(StreamPartition partition, StreamStore store, Checkpoints checkpoints)
        implements CleanableLog {

    @Override
    public TopicIdPartition id() {
        return partition.id();
    }

    @Override
    public LogConfig config() {
        return partition.config();
    }

    @Override
    public boolean isLed() {
        return !partition.isResigned();
    }

    @Override
    public long startOffset() {
        return partition.logStartOffset();
    }

    @Override
    public long cleanedTo() {
        return partition.cleanedTo();
    }

    @Override
    public long stableEndOffset() {
        return Math.min(partition.data().committedEndOffset(), partition.lastStableOffset());
    }

    @Override
    public long bytes(long fromOffset, long toOffset) {
        return partition.data().committedBytes(fromOffset, toOffset);
    }

    @Override
    public CommittedReader.Cursor read(long fromOffset, long toOffset) {
        return store.readPaced(partition.data().name(), fromOffset, toOffset);
    }

    @Override
    public RewriteResult rewrite(long fromOffset, long toOffset, AppendFilter filter) {
        return store.rewrite(partition.data().name(), fromOffset, toOffset, filter);
    }

    @Override
    public List<AbortedTransaction> abortedTransactions(long fromOffset, long toOffset) {
        return partition.abortedTransactions(fromOffset, toOffset);
    }

    @Override
    public List<ProducerState> producers() {
        return partition.producerStates();
    }

    @Override
    public void settle() {
        if (partition.isCleaningUnsettled()) {
            checkpoints.writeOpen(List.of(partition));
            if (isLed() && !Thread.currentThread().isInterrupted()) {
                partition.cleaningSettled();
            }
        }
    }

    @Override
    public void cleaned(long toOffset, Collection<AbortedTransaction> empty) {
        partition.cleaned(toOffset, empty);
        settle();
    }
}
