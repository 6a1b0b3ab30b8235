package io.oxbow.broker.testing;

import io.oxbow.broker.fetch.FetchHandler;
import io.oxbow.broker.fetch.FetchSettings;
import io.oxbow.broker.network.ClientMemory;
import io.oxbow.broker.network.FeaturesView;
import io.oxbow.broker.network.Listener;
import io.oxbow.broker.network.NetworkConfig;
import io.oxbow.broker.network.NetworkServer;
import io.oxbow.broker.offsets.LeaderEpochHandler;
import io.oxbow.broker.offsets.ListOffsetsHandler;
import io.oxbow.broker.partition.LedPartitions;
import io.oxbow.broker.partition.Partition;
import io.oxbow.broker.partition.Partitions;
import io.oxbow.broker.partition.StreamPartitions;
import io.oxbow.broker.produce.ProduceHandler;
import io.oxbow.broker.producer.TransactionVerifier;
import io.oxbow.broker.producerid.ProducerIds;
import io.oxbow.broker.records.DeleteRecordsHandler;
import io.oxbow.broker.records.SideBySide;
import io.oxbow.broker.transaction.InitProducerIdHandler;
import io.oxbow.s3stream.env.Environment;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.server.common.ProducerIdsBlock;
import org.apache.kafka.storage.internals.log.LogConfig;

/**
 * The broker's data plane on a real socket, over streams in memory. It leads partitions 0 to 2 of
 * {@value #TOPIC}; partition 3 exists and is led by another.
 */
public final class DataPlane implements AutoCloseable {

    public static final String TOPIC = "topic";
    public static final Uuid TOPIC_ID = new Uuid(21, 22);
    public static final int LED = 3;
    public static final int LEADER_EPOCH = 5;

    public final Environment environment = Environment.system();
    public final InMemoryStreamStore store = new InMemoryStreamStore();
    public final StreamPartitions partitions =
            new StreamPartitions(store, LedTopic.settings(), LedTopic.processor());
    public final FetchHandler fetches;
    public final ClientMemory memory;
    private final NetworkServer network;
    private final List<WireClient> clients = new ArrayList<>();

    public DataPlane() {
        this(Map.of());
    }

    public DataPlane(Map<String, ?> topicConfig) {
        var led = new LedPartitions(partitions, new FixedTopics().with(TOPIC_ID, TOPIC, LED + 1));
        fetches = new FetchHandler(led, FetchSettings.defaults(), Time.SYSTEM);
        lead(LEADER_EPOCH, topicConfig);
        NetworkConfig config = NetworkConfig.of(List.of(Listener.plaintext("127.0.0.1", 0)));
        memory = config.memory();
        network = NetworkServer.bind(config, environment);
        var sideBySide = new SideBySide(environment.threads());
        var firstIds = new AtomicLong();
        network.start(
                List.of(
                        new ProduceHandler(led, DataPlane::refuse),
                        fetches,
                        new ListOffsetsHandler(led, sideBySide),
                        new LeaderEpochHandler(led),
                        new DeleteRecordsHandler(led, sideBySide),
                        new InitProducerIdHandler(
                                new ProducerIds(
                                        () -> new ProducerIdsBlock(0, firstIds.getAndAdd(10), 10)),
                                (id, timeoutMillis, expected) ->
                                        new InitProducerIdResponseData()
                                                .setErrorCode(Errors.NOT_COORDINATOR.code()))),
                FeaturesView.none());
    }

    /** Answers as a coordinator does that knows of no transaction. */
    private static TransactionVerifier.Word refuse(
            TransactionVerifier.Producer producer, Collection<TopicPartition> names) {
        return TransactionVerifier.Word.none(names, Errors.TRANSACTION_ABORTABLE);
    }

    /** Leads the topic's partitions at an epoch. */
    public void lead(int leaderEpoch, Map<String, ?> topicConfig) {
        var leading = new ArrayList<Partitions.Leading>();
        for (int i = 0; i < LED; i++) {
            leading.add(
                    new Partitions.Leading(
                            new TopicIdPartition(TOPIC_ID, i, TOPIC),
                            leaderEpoch,
                            new LogConfig(topicConfig)));
        }
        partitions.lead(leading);
    }

    public Partition partition(int index) {
        return partitions.find(TOPIC_ID, index).orElseThrow();
    }

    public List<String> values(int index) {
        return LedTopic.values(partition(index));
    }

    public WireClient connect() {
        var client = new WireClient(network.listeners().getFirst().port());
        clients.add(client);
        return client;
    }

    public NetworkServer network() {
        return network;
    }

    @Override
    public void close() {
        clients.forEach(WireClient::close);
        fetches.close();
        network.close();
        partitions.close();
        store.close();
    }
}
