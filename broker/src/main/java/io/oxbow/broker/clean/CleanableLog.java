package io.oxbow.broker.clean;

import io.oxbow.broker.producer.AbortedTransaction;
import io.oxbow.broker.producer.ProducerState;
import io.oxbow.s3stream.AppendFilter;
import io.oxbow.s3stream.CommittedReader;
import io.oxbow.s3stream.RewriteResult;
import java.util.Collection;
import java.util.List;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.storage.internals.log.LogConfig;

/** The log of a partition as cleanings read and rewrite it. Thread-safe. */
public interface CleanableLog {

    TopicIdPartition id();

    LogConfig config();

    /** Returns false once this broker has given the partition up. */
    boolean isLed();

    long startOffset();

    /** Returns the offset below which a cleaning has been through. */
    long cleanedTo();

    /**
     * Returns the offset up to which the log is in data objects and all of its transactions are
     * decided.
     */
    long stableEndOffset();

    /** Returns about how many bytes the offsets from one to another take in data objects. */
    long bytes(long fromOffset, long toOffset);

    /** Returns a cursor over batches in data objects; it waits for the pace of compaction. */
    CommittedReader.Cursor read(long fromOffset, long toOffset);

    /** Rewrites a range; see {@link io.oxbow.s3stream.StreamStore#rewrite}. */
    RewriteResult rewrite(long fromOffset, long toOffset, AppendFilter filter);

    /** Returns aborted transactions with records or their marker in a range. */
    List<AbortedTransaction> abortedTransactions(long fromOffset, long toOffset);

    /** Returns the producers whose retries must be recognised. */
    List<ProducerState> producers();

    /** Makes the notes of earlier cleanings durable, if they are not yet. */
    void settle();

    /**
     * Notes a cleaning that is done; returns when that is durable.
     *
     * @param empty aborted transactions of which the log has the markers alone
     */
    void cleaned(long toOffset, Collection<AbortedTransaction> empty);
}
