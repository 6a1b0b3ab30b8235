package io.oxbow.broker.clean;

import io.oxbow.broker.producer.AbortedTransaction;
import java.util.List;
import org.apache.kafka.storage.internals.log.AbortedTxn;
import org.apache.kafka.storage.internals.log.CleanedTransactionMetadata;

/** Makes Kafka's own account of the transactions that a cleaning passes. */
final class AbortedData {

    private AbortedData() {}

    static CleanedTransactionMetadata of(CleanableLog log, long fromOffset, long toOffset) {
        return of(log.abortedTransactions(fromOffset, toOffset));
    }

    static CleanedTransactionMetadata of(List<AbortedTransaction> aborted) {
        var transactions = new CleanedTransactionMetadata();
        transactions.addAbortedTransactions(
                aborted.stream()
                        .map(one ->
                                new AbortedTxn(
                                        one.producerId(),
                                        one.firstOffset(),
                                        one.lastOffset(),
                                        one.stableOffset()))
                        .toList());
        return transactions;
    }
}
