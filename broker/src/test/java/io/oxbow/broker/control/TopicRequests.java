package io.oxbow.broker.control;

import io.oxbow.broker.memory.MemoryMetadataLog;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.message.CreatePartitionsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.requests.ApiError;

/** Makes requests of tests, and waits for their answers. */
final class TopicRequests {

    private TopicRequests() {}

    static CreateTopicsRequestData create(String name) {
        var request = new CreateTopicsRequestData();
        request.topics()
                .add(
                        new CreateTopicsRequestData.CreatableTopic()
                                .setName(name)
                                .setNumPartitions(1)
                                .setReplicationFactor((short) 1));
        return request;
    }

    static void grow(ControlPlane plane, String topic, int count) throws Exception {
        plane.controller()
                .api()
                .createPartitions(
                        KafkaController.INTERNAL,
                        List.of(
                                new CreatePartitionsRequestData.CreatePartitionsTopic()
                                        .setName(topic)
                                        .setCount(count)
                                        .setAssignments(null)),
                        false)
                .get(30, TimeUnit.SECONDS);
    }

    static ApiError set(ControlPlane plane, String topic, String key, String value)
            throws Exception {
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        return Objects.requireNonNull(
                plane.controller()
                        .api()
                        .incrementalAlterConfigs(
                                KafkaController.INTERNAL,
                                Map.of(
                                        resource,
                                        Map.of(key, Map.entry(AlterConfigOp.OpType.SET, value))),
                                false,
                                false)
                        .get(30, TimeUnit.SECONDS)
                        .get(resource));
    }

    /** Waits until the controller has prepared a record that is not committed. */
    static void awaitPrepared(MemoryMetadataLog log, long highWatermark) {
        awaitUntil(() -> log.endOffset() > highWatermark);
    }

    /** Polls until the condition holds; the test's own time limit ends it. */
    static void awaitUntil(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Thread.onSpinWait();
            Thread.yield();
        }
    }
}
