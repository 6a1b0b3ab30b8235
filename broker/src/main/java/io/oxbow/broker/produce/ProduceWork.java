package io.oxbow.broker.produce;

import io.oxbow.broker.network.Call;
import io.oxbow.broker.partition.LedPartitions;
import io.oxbow.broker.partition.Partition;
import io.oxbow.broker.producer.TransactionVerifier;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.jspecify.annotations.Nullable;

/**
 * The appends of one request, in its order: as many as go without waiting, then, on a thread that
 * may wait, the others. Used by one thread at a time.
 */
final class ProduceWork {

    /**
     * Largest request that an event loop works on, in bytes: what Kafka's producer sends at most.
     */
    private static final int AT_ONCE_BYTES_MAX = 1 << 20;

    private record Append(TopicProduceData topic, PartitionProduceData data) {}

    private final LedPartitions partitions;
    private final TransactionVerifier verifier;
    private final ProduceRequest request;
    private final short version;
    private final Partition.Client client;
    private final ProduceReply reply;
    private final Queue<Append> left = new ArrayDeque<>();
    private final int requestBytes;

    ProduceWork(Call call, LedPartitions partitions, TransactionVerifier verifier) {
        this.request = (ProduceRequest) call.request();
        this.partitions = partitions;
        this.verifier = verifier;
        this.version = request.version();
        // Who asked for no reply may go, and its records are taken all the same.
        BooleanSupplier waits = request.acks() == 0 ? () -> true : call::isConnected;
        this.client = new Partition.Client(call.context().connectionId, waits);
        this.requestBytes = call.requestBytes();
        this.reply = new ProduceReply(call, partitions.topics());
        for (TopicProduceData topic : request.data().topicData()) {
            for (PartitionProduceData data : topic.partitionData()) {
                left.add(new Append(topic, data));
            }
        }
    }

    /** Appends until one would have to wait; true when all are done. */
    boolean runAtOnce() {
        if (requestBytes > AT_ONCE_BYTES_MAX) {
            return false;
        }
        for (Append next = left.peek(); next != null; next = left.peek()) {
            if (!append(next, null)) {
                return false;
            }
            left.remove();
        }
        reply.allAppended();
        return true;
    }

    /** Appends what is left. */
    void runToEnd() {
        var transaction = new ProduceTransaction(request, verifier);
        left.forEach(append -> ask(transaction, append));
        transaction.verify();
        for (Append next = left.poll(); next != null; next = left.poll()) {
            append(next, transaction);
        }
        reply.allAppended();
    }

    /** Prepares the question to the coordinator. */
    private void ask(ProduceTransaction transaction, Append append) {
        try {
            if (append.data().records() instanceof MemoryRecords records) {
                transaction.add(find(append.topic(), append.data().index()), records);
            }
        } catch (ApiException e) {
            // The append will fail for the same reason, or no longer has it and is refused.
            return;
        }
    }

    /**
     * Makes one append; false, with nothing done, when it would have to wait and may not.
     *
     * @param transaction of the request, whose coordinator was asked; null where nothing may wait
     */
    private boolean append(Append append, @Nullable ProduceTransaction transaction) {
        PartitionProduceData data = append.data();
        ProduceReply.Part part = null;
        try {
            Partition partition = find(append.topic(), data.index());
            ProduceRequest.validateRecords(version, data.records());
            Partition.Appended appended =
                    append(partition, (MemoryRecords) data.records(), transaction);
            if (appended == null) {
                return false;
            }
            part = reply.add(append.topic(), data.index());
            part.appended(appended);
        } catch (RuntimeException e) {
            part = part == null ? reply.add(append.topic(), data.index()) : part;
            part.failed(e);
        }
        return true;
    }

    private Partition.@Nullable Appended append(
            Partition partition, MemoryRecords records, @Nullable ProduceTransaction transaction) {
        return transaction != null
                ? partition.append(
                        records,
                        AppendOrigin.CLIENT,
                        -1,
                        client,
                        transaction.membershipIn(partition))
                : partition.tryAppend(records, AppendOrigin.CLIENT);
    }

    private Partition find(TopicProduceData topic, int partition) {
        return topic.topicId().equals(Uuid.ZERO_UUID)
                ? partitions.require(topic.name(), partition)
                : partitions.require(topic.topicId(), partition);
    }
}
