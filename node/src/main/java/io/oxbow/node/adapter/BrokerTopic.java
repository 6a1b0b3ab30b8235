package io.oxbow.node.adapter;

import io.oxbow.broker.Broker;
import io.oxbow.broker.control.ControllerRequests;
import io.oxbow.broker.partition.Partition;
import io.oxbow.s3stream.env.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.CreateTopicsRequest;
import org.apache.kafka.common.requests.CreateTopicsResponse;
import org.apache.kafka.image.TopicImage;
import org.apache.kafka.metadata.PartitionRegistration;

/** A topic of one partition that the node itself uses, led by the broker in this process. */
public final class BrokerTopic implements TopicSchemaLog.InternalTopic {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(10);
    private static final int NOBODY = -1;

    private final Broker broker;
    private final String name;
    private final Clock clock;

    public BrokerTopic(Broker broker, String name, Clock clock) {
        this.broker = broker;
        this.name = name;
        this.clock = clock;
    }

    @Override
    public Optional<Partition> find() {
        return broker.partitions().find(name, 0);
    }

    @Override
    public Partition findOrCreate(Map<String, String> config) throws InterruptedException {
        Optional<Partition> found = find();
        if (found.isPresent()) {
            return found.get();
        }
        create(config);
        long deadline = clock.nanoTime() + PATIENCE.toNanos();
        while (true) {
            Optional<Partition> led = find();
            if (led.isPresent()) {
                return led.get();
            }
            if (isLedElsewhere()) {
                throw new NotLeaderOrFollowerException("topic " + name + " is led elsewhere");
            }
            if (clock.nanoTime() > deadline) {
                throw new TimeoutException("topic " + name + " is not led here yet");
            }
            clock.sleep(LOOK_AGAIN);
        }
    }

    private boolean isLedElsewhere() {
        TopicImage topic = broker.metadata().image().topics().getTopic(name);
        PartitionRegistration partition = topic == null ? null : topic.partitions().get(0);
        return partition != null
                && partition.leader != NOBODY
                && partition.leader != broker.nodeId();
    }

    @Override
    public void create(Map<String, String> config) throws InterruptedException {
        var topic =
                new CreateTopicsRequestData.CreatableTopic()
                        .setName(name)
                        .setNumPartitions(1)
                        .setReplicationFactor((short) 1);
        config.forEach((key, value) ->
                topic.configs()
                        .add(
                                new CreateTopicsRequestData.CreatableTopicConfig()
                                        .setName(key)
                                        .setValue(value)));
        var request = new CreateTopicsRequestData();
        request.topics().add(topic);
        try {
            var answer =
                    (CreateTopicsResponse)
                            broker.requests()
                                    .send(
                                            ControllerRequests.internal(ApiKeys.CREATE_TOPICS),
                                            new CreateTopicsRequest.Builder(request).build())
                                    .get();
            var created = answer.data().topics().find(name);
            Errors error = Errors.forCode(created.errorCode());
            if (error != Errors.NONE && error != Errors.TOPIC_ALREADY_EXISTS) {
                throw error.exception(created.errorMessage());
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ApiException known) {
                throw known;
            }
            throw new IllegalStateException("topic " + name + " could not be created", e);
        }
    }
}
