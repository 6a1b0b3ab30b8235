package io.oxbow.broker;

import io.oxbow.broker.config.BrokerConfig;
import io.oxbow.broker.network.ClientMemory;
import io.oxbow.broker.network.NetworkServer;
import io.oxbow.s3stream.config.StreamStoreConfig;
import io.oxbow.s3stream.engine.NodeStreams;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.log.BucketMetadataLog;
import io.oxbow.s3stream.log.LogConfig;
import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.store.ObjectStores;
import io.oxbow.s3stream.wal.file.FileWalVolume;
import io.oxbow.s3stream.wal.file.WalConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.common.Endpoint;

/** A broker on real storage in a directory, within the test's process. */
public final class BrokerProcess implements AutoCloseable {

    private static final Map<String, String> QUICK =
            Map.of(
                    "listeners", "PLAINTEXT://127.0.0.1:0",
                    "offsets.topic.num.partitions", "4",
                    "group.initial.rebalance.delay.ms", "0",
                    "group.consumer.min.heartbeat.interval.ms", "100",
                    "group.consumer.heartbeat.interval.ms", "100");

    final ObjectStore bucket;
    final BucketMetadataLog log;
    public final NodeStreams streams;
    final NetworkServer network;
    final Broker broker;
    final BrokerConfig config;

    public BrokerProcess(Path directory, Map<String, String> set) throws InterruptedException {
        this(directory, set, BrokerExtensions.none());
    }

    BrokerProcess(Path directory, Map<String, String> set, BrokerExtensions extensions)
            throws InterruptedException {
        var properties = new HashMap<>(QUICK);
        properties.putAll(set);
        config = BrokerConfig.of(properties);
        var environment = Environment.system();
        var volume =
                FileWalVolume.open(
                        WalConfig.at(directory.resolve("wal")).withCapacityBytes(80 << 20),
                        environment);
        bucket =
                ObjectStores.open(
                        directory.resolve("bucket").toUri().toString(), Map.of(), environment);
        UUID incarnation = UUID.randomUUID();
        log =
                BucketMetadataLog.open(
                        bucket, LogConfig.of(config.nodeId(), incarnation), environment);
        log.takeOver(leader -> MetadataLog.LeaderSign.ENDED);
        var identity =
                new StreamStoreConfig.Identity(
                        config.nodeId(), incarnation, "127.0.0.1:0", Set.of());
        var upload = new StreamStoreConfig.Upload(1 << 20, Duration.ofMillis(200), 16 << 20);
        streams =
                NodeStreams.open(
                        StreamStoreConfig.of(identity).with(upload),
                        environment,
                        bucket,
                        log,
                        volume);
        network = Broker.bind(config, ClientMemory.ofHeap(), environment);
        broker = Broker.start(config, network, environment, log, streams, extensions);
    }

    public int port() {
        return broker.boundEndpoints().getFirst().port();
    }

    public String bootstrap() {
        Endpoint endpoint = broker.boundEndpoints().getFirst();
        return endpoint.host() + ":" + endpoint.port();
    }

    /** Closes the broker in good order, as SIGTERM would. */
    void stop() throws InterruptedException {
        broker.drain(Duration.ofSeconds(20));
        close();
    }

    @Override
    public void close() {
        broker.close();
        streams.close();
        log.close();
        bucket.close();
    }
}
