package io.oxbow.broker.produce;

import io.oxbow.broker.network.ApiHandler;
import io.oxbow.broker.network.Call;
import io.oxbow.broker.partition.LedPartitions;
import io.oxbow.broker.producer.TransactionVerifier;
import java.util.Map;
import org.apache.kafka.common.errors.InvalidRequiredAcksException;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.ProduceRequest;

/**
 * Serves Produce. Whatever acks a client asks for, its reply waits until the records are durable in
 * the WAL; acks=0 alone gets none.
 *
 * <p>A batch that begins a transaction waits for the transaction's coordinator.
 *
 * <p>A request of the usual size is validated and appended on the event loop that read it. What
 * would have to wait there, for the WAL's back-pressure or for another appender, or would hold up
 * the other connections of the loop, changes to the connection's own virtual thread, and so do the
 * requests behind it until that is done: a producer's requests stay in order. The WAL's writer that
 * makes the last of the records durable completes the reply, and the event loop sends it.
 */
public final class ProduceHandler implements ApiHandler {

    private static final short ACKS_ALL = -1;

    private final LedPartitions partitions;
    private final TransactionVerifier verifier;

    /**
     * @param verifier asked about batches that begin a transaction
     */
    public ProduceHandler(LedPartitions partitions, TransactionVerifier verifier) {
        this.partitions = partitions;
        this.verifier = verifier;
    }

    @Override
    public Map<ApiKeys, Versions> apis() {
        return Map.of(ApiKeys.PRODUCE, Versions.all(ApiKeys.PRODUCE));
    }

    @Override
    public boolean pipelines() {
        return true;
    }

    @Override
    public void handle(Call call) {
        short acks = ((ProduceRequest) call.request()).acks();
        if (acks < ACKS_ALL || acks > 1) {
            call.fail(
                    new InvalidRequiredAcksException(
                            "acks is %d; -1, 0 and 1 are allowed".formatted(acks)));
            return;
        }
        var work = new ProduceWork(call, partitions, verifier);
        call.runInOrder(work::runAtOnce, work::runToEnd);
    }
}
