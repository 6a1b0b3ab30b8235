package io.oxbow.broker.produce;

import io.oxbow.broker.network.Call;
import io.oxbow.broker.partition.LedPartitions;
import io.oxbow.broker.partition.Partition;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.Uuid;
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
    private final short version;
    private final Partition.Client client;
    private final ProduceReply reply;
    private final Queue<Append> left = new ArrayDeque<>();
    private final int requestBytes;

    ProduceWork(Call call, LedPartitions partitions) {
        var request = (ProduceRequest) call.request();
        this.partitions = partitions;
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
            if (!append(next, false)) {
                return false;
            }
            left.remove();
        }
        reply.allAppended();
        return true;
    }

    /** Appends what is left. */
    void runToEnd() {
        for (Append next = left.poll(); next != null; next = left.poll()) {
            append(next, true);
        }
        reply.allAppended();
    }

    /** Makes one append; false, with nothing done, when it would have to wait and may not. */
    private boolean append(Append append, boolean mayWait) {
        PartitionProduceData data = append.data();
        ProduceReply.Part part = null;
        try {
            Partition partition = find(append.topic(), data.index());
            ProduceRequest.validateRecords(version, data.records());
            Partition.Appended appended =
                    append(partition, (MemoryRecords) data.records(), mayWait);
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
            Partition partition, MemoryRecords records, boolean mayWait) {
        return mayWait
                ? partition.append(records, AppendOrigin.CLIENT, -1, client)
                : partition.tryAppend(records, AppendOrigin.CLIENT);
    }

    private Partition find(TopicProduceData topic, int partition) {
        return topic.topicId().equals(Uuid.ZERO_UUID)
                ? partitions.require(topic.name(), partition)
                : partitions.require(topic.topicId(), partition);
    }
}
