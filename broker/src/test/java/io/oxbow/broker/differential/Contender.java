package io.oxbow.broker.differential;

import static java.util.Objects.requireNonNull;

import io.oxbow.broker.testing.WireClient;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.requests.ListOffsetsRequest;
import org.apache.kafka.common.requests.ListOffsetsResponse;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.requests.ProduceResponse;

/**
 * Makes the requests of the comparison to a broker: over the wire if a client would hide an answer.
 */
final class Contender implements AutoCloseable {

    /** Last version of Produce that names topics by name. */
    private static final short PRODUCE = 12;

    private static final short LIST_OFFSETS = ApiKeys.LIST_OFFSETS.latestVersion();

    /** Answer to a look-up; without the leader epoch, which counts each broker's own elections. */
    record Found(Errors error, long offset, long timestamp) {}

    private final Admin admin;
    private final WireClient wire;
    private final Map<String, String> topicConfigs;
    private final Runnable afterBatch;

    /**
     * @param topicConfigs that make a unit of retention of each batch, beside what is compared
     * @param afterBatch does the same after each batch
     */
    Contender(String bootstrap, int port, Map<String, String> topicConfigs, Runnable afterBatch) {
        this.topicConfigs = topicConfigs;
        this.afterBatch = afterBatch;
        admin = Admin.create(Map.of("bootstrap.servers", bootstrap));
        wire = new WireClient(port);
    }

    void create(String topic, Map<String, String> configs) throws Exception {
        var all = new HashMap<>(topicConfigs);
        all.putAll(configs);
        admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1).configs(all))).all().get();
    }

    /** Appends one batch; returns the error and the base offset. */
    Found produce(String topic, ByteBuffer batch) {
        var partition =
                new PartitionProduceData()
                        .setIndex(0)
                        .setRecords(MemoryRecords.readableRecords(copy(batch)));
        var data = new ProduceRequestData().setAcks((short) -1).setTimeoutMs(30_000);
        data.topicData()
                .add(new TopicProduceData().setName(topic).setPartitionData(List.of(partition)));
        while (true) {
            var answer =
                    wire.call(new ProduceRequest(data, PRODUCE), ProduceResponse.class)
                            .data()
                            .responses()
                            .iterator()
                            .next()
                            .partitionResponses()
                            .getFirst();
            Errors error = Errors.forCode(answer.errorCode());
            if (!isPassing(error)) {
                afterBatch.run();
                return new Found(error, answer.baseOffset(), -1);
            }
            partition.setRecords(MemoryRecords.readableRecords(copy(batch)));
        }
    }

    /** A topic that was just made has no leader for a moment. */
    private static boolean isPassing(Errors error) {
        return error == Errors.UNKNOWN_TOPIC_OR_PARTITION
                || error == Errors.NOT_LEADER_OR_FOLLOWER
                || error == Errors.LEADER_NOT_AVAILABLE;
    }

    private static ByteBuffer copy(ByteBuffer bytes) {
        return ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
    }

    void deleteBefore(String topic, long offset) throws Exception {
        var partition = new TopicPartition(topic, 0);
        admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(offset))).all().get();
    }

    void alter(String topic, Map<String, String> configs) throws Exception {
        var operations = new ArrayList<AlterConfigOp>();
        configs.forEach((key, value) ->
                operations.add(
                        new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET)));
        admin.incrementalAlterConfigs(
                        Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic), operations))
                .all()
                .get();
    }

    Found lookUp(String topic, long timestamp) {
        var data =
                new ListOffsetsRequestData()
                        .setReplicaId(-1)
                        .setTopics(
                                List.of(
                                        new ListOffsetsTopic()
                                                .setName(topic)
                                                .setPartitions(
                                                        List.of(
                                                                new ListOffsetsPartition()
                                                                        .setPartitionIndex(0)
                                                                        .setTimestamp(
                                                                                timestamp)))));
        ByteBuffer bytes = MessageUtil.toByteBufferAccessor(data, LIST_OFFSETS).buffer();
        var request = ListOffsetsRequest.parse(new ByteBufferAccessor(bytes), LIST_OFFSETS);
        var answer =
                requireNonNull(wire.call(request, ListOffsetsResponse.class))
                        .topics()
                        .getFirst()
                        .partitions()
                        .getFirst();
        return new Found(Errors.forCode(answer.errorCode()), answer.offset(), answer.timestamp());
    }

    long startOffset(String topic) {
        return lookUp(topic, ListOffsetsRequest.EARLIEST_TIMESTAMP).offset();
    }

    @Override
    public void close() {
        wire.close();
        admin.close();
    }
}
