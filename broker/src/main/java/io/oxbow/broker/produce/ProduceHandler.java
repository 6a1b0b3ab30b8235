package io.oxbow.broker.produce;

import io.oxbow.broker.network.ApiHandler;
import io.oxbow.broker.network.Call;
import io.oxbow.broker.partition.LedPartitions;
import io.oxbow.broker.partition.Partition;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InvalidRequiredAcksException;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.storage.internals.log.AppendOrigin;

/**
 * Serves Produce. Whatever acks a client asks for, its reply waits until the records are durable in
 * the WAL; acks=0 alone gets none.
 *
 * <p>A batch changes threads twice. From the event loop to the connection's own virtual thread,
 * because an append may wait for the WAL's back-pressure, and because one thread per connection
 * keeps a producer's requests in order; the validation is done there too, so that a large batch
 * doesn't hold up the other connections of the loop. And from the WAL's completion thread, which
 * completes the reply, back to the event loop.
 */
public final class ProduceHandler implements ApiHandler {

    private static final short ACKS_ALL = -1;

    private final LedPartitions partitions;

    public ProduceHandler(LedPartitions partitions) {
        this.partitions = partitions;
    }

    @Override
    public Map<ApiKeys, Versions> apis() {
        return Map.of(ApiKeys.PRODUCE, Versions.all(ApiKeys.PRODUCE));
    }

    @Override
    public void handle(Call call) {
        call.runInOrder(() -> produce(call));
    }

    private void produce(Call call) {
        var request = (ProduceRequest) call.request();
        if (request.acks() < ACKS_ALL || request.acks() > 1) {
            call.fail(
                    new InvalidRequiredAcksException(
                            "acks is %d; -1, 0 and 1 are allowed".formatted(request.acks())));
            return;
        }
        var reply = new ProduceReply(call, partitions.topics());
        for (TopicProduceData topic : request.data().topicData()) {
            for (PartitionProduceData data : topic.partitionData()) {
                append(request.version(), topic, data, reply);
            }
        }
        reply.allAppended();
    }

    private void append(
            short version, TopicProduceData topic, PartitionProduceData data, ProduceReply reply) {
        ProduceReply.Part part = reply.add(topic, data.index());
        try {
            Partition partition = find(topic, data.index());
            ProduceRequest.validateRecords(version, data.records());
            part.appended(
                    partition.append((MemoryRecords) data.records(), AppendOrigin.CLIENT, -1));
        } catch (RuntimeException e) {
            part.failed(e);
        }
    }

    private Partition find(TopicProduceData topic, int partition) {
        return topic.topicId().equals(Uuid.ZERO_UUID)
                ? partitions.require(topic.name(), partition)
                : partitions.require(topic.topicId(), partition);
    }
}
