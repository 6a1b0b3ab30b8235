package io.oxbow.broker.partition;

import io.oxbow.broker.partition.LeaderEpochs.EpochStart;
import io.oxbow.broker.producer.AbortedTransaction;
import io.oxbow.broker.producer.ProducerState;
import java.util.List;

/**
 * A partition's state beside its records, as of an offset.
 *
 * @param dataOffset everything below it is accounted for
 * @param producers in the order of their last append
 * @param aborted in the order of their markers
 * @param cleanedTo offset below which a cleaning has been through; 0 if none has
 */
record StateCheckpoint(
        long dataOffset,
        List<EpochStart> epochs,
        List<ProducerState> producers,
        List<AbortedTransaction> aborted,
        long cleanedTo) {

    static final StateCheckpoint EMPTY = new StateCheckpoint(0, List.of(), List.of(), List.of(), 0);

    StateCheckpoint {
        epochs = List.copyOf(epochs);
        producers = List.copyOf(producers);
        aborted = List.copyOf(aborted);
    }
}
