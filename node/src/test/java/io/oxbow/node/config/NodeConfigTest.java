package io.oxbow.node.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.s3stream.config.MemoryBounds;
import io.oxbow.s3stream.config.StreamStoreConfig;
import io.oxbow.s3stream.wal.file.WriteRate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the parsing and validation of a node's properties. */
class NodeConfigTest {

    @Test
    void defaultsAreAWholeNode() {
        var config = NodeConfig.of(Map.of("oxbow.data.dir", "/data/oxbow"));
        assertThat(config.broker().nodeId()).isEqualTo(1);
        assertThat(config.store()).hasToString("file:///data/oxbow/bucket");
        assertThat(config.lineage()).isEqualTo("main");
        assertThat(config.http().listener()).isEqualTo(new HostPort("127.0.0.1", 8181));
        assertThat(config.broker().listeners())
                .singleElement()
                .satisfies(endpoint -> assertThat(endpoint.port()).isEqualTo(9092));
        assertThat(config.engine().wal().capacityBytes()).isEqualTo(1L << 30);
    }

    @Test
    void memoryBoundsAreDerivedUnlessTheyAreSet() {
        MemoryBounds usual = NodeConfig.of(Map.of()).engine().memory();
        MemoryBounds given =
                NodeConfig.of(
                                Map.ofEntries(
                                        Map.entry("oxbow.memory.slab.bytes", "300000000"),
                                        Map.entry("oxbow.memory.tail.bytes", "1000"),
                                        Map.entry("oxbow.memory.held.bytes", "2000"),
                                        Map.entry("oxbow.memory.appends.bytes", "3000"),
                                        Map.entry("oxbow.memory.read.back.bytes", "4000"),
                                        Map.entry("oxbow.memory.compaction.bytes", "5000"),
                                        Map.entry("oxbow.upload.bytes", "6000"),
                                        Map.entry("oxbow.upload.in.flight.bytes", "7000"),
                                        Map.entry("oxbow.memory.upload.bytes", "7500"),
                                        Map.entry("oxbow.cache.bytes", "8000"),
                                        Map.entry("oxbow.cache.readahead.bytes", "9000")))
                        .engine()
                        .memory();

        assertThat(usual).isEqualTo(MemoryBounds.derive(ProcessMemory.now()));
        assertThat(given)
                .isEqualTo(
                        new MemoryBounds(
                                300_000_000,
                                new StreamStoreConfig.Memory(1000, 2000, 3000, 4000),
                                6000,
                                7000,
                                7500,
                                new StreamStoreConfig.Reads(
                                        8000,
                                        usual.reads().indexCacheBytes(),
                                        9000,
                                        usual.reads().prefetchesMax()),
                                5000));
    }

    @Test
    void writeAheadLogIsOneFileInTheDataDirectoryUnlessPathsAreGiven() {
        NodeConfig.WalFiles usual =
                NodeConfig.of(Map.of("oxbow.data.dir", "/data/oxbow")).engine().wal().files();
        NodeConfig.Engine given =
                NodeConfig.of(
                                Map.of(
                                        "oxbow.data.dir", "/data/oxbow",
                                        "oxbow.wal.path", "/dev/nvme1n1, wals/b",
                                        "oxbow.wal.capacity.bytes", "268435456",
                                        "oxbow.wal.iops", "3000",
                                        "oxbow.wal.bytes.per.second", "125000000",
                                        "oxbow.compaction.bytes.per.second", "0"))
                        .engine();

        assertThat(usual)
                .isEqualTo(
                        new NodeConfig.WalFiles(
                                List.of(Path.of("/data/oxbow/wal")), true, WriteRate.UNLIMITED));
        assertThat(given.wal().files())
                .isEqualTo(
                        new NodeConfig.WalFiles(
                                List.of(Path.of("/dev/nvme1n1"), Path.of("/data/oxbow/wals/b")),
                                false,
                                new WriteRate(3000, 125_000_000)));
        assertThat(given.wal().capacityBytes()).isEqualTo(256 << 20);
        assertThat(given.compactionRate()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "'listeners=PLAINTEXT://0.0.0.0:1 advertised.listeners=PLAINTEXT://h:1',PLAINTEXT",
        "'listeners=PLAINTEXT://:1',PLAINTEXT",
        "'listeners=PLAINTEXT://no-such-host.invalid:1',PLAINTEXT",
        "'listeners=PLAINTEXT://192.0.2.1:1',PLAINTEXT",
        "'listeners=A://127.0.0.1:1,B://192.0.2.1:2 listener.security.protocol.map=A:PLAINTEXT,B:PLAINTEXT',B",
        "oxbow.http.listener=0.0.0.0:1,http",
        "'oxbow.http.listener=[::]:1',http",
        "oxbow.rpc.listener=192.0.2.1:1,rpc",
        "'listeners=PLAINTEXT://[2001:db8::1]:1 oxbow.http.listener=192.0.2.1:1','PLAINTEXT,http'"
    })
    void listenerBeyondLoopbackIsToBeNamed(String settings, String names) {
        Map<String, String> given = new HashMap<>();
        for (String setting : settings.split(" ")) {
            given.put(setting.split("=")[0], setting.split("=")[1]);
        }
        assertThatThrownBy(() -> NodeConfig.of(given))
                .isInstanceOf(ConfigFailure.class)
                .hasMessageEndingWith("oxbow.insecure.listeners=" + names);
        given.put("oxbow.insecure.listeners", names);
        assertThat(NodeConfig.of(given).broker().nodeId()).isEqualTo(1);
    }

    @Test
    void callsOfOtherNodesAreTakenOnTheHostOfHttpUnlessAListenerIsGiven() {
        assertThat(NodeConfig.of(Map.of("oxbow.http.listener", "127.0.0.2:1")).rpc().listener())
                .isEqualTo(new HostPort("127.0.0.2", 0));
        assertThat(NodeConfig.of(Map.of("oxbow.rpc.listener", "127.0.0.3:7")).rpc().listener())
                .isEqualTo(new HostPort("127.0.0.3", 7));
    }

    /** A node that serves its bucket alone needs no word for a port that nobody calls. */
    @Test
    void callsOfOtherNodesAreTakenBeyondLoopbackByPermissionAlone() {
        Map<String, String> open = new HashMap<>();
        open.put("oxbow.http.listener", "192.0.2.1:1");
        open.put("oxbow.insecure.listeners", "http");
        assertThat(NodeConfig.of(open).rpc().listener()).isEqualTo(new HostPort("127.0.0.1", 0));
        open.put("oxbow.insecure.listeners", "http,rpc");
        assertThat(NodeConfig.of(open).rpc().listener()).isEqualTo(new HostPort("192.0.2.1", 0));
    }

    @Test
    void callsOfOtherNodesByTlsNeedNoPermission(@TempDir Path directory) throws IOException {
        String file = Files.writeString(directory.resolve("node.pem"), "").toString();
        Map<String, String> given = new HashMap<>();
        given.put("oxbow.rpc.listener", "192.0.2.1:1");
        given.put("oxbow.rpc.ssl.keystore.location", file);
        assertThatThrownBy(() -> NodeConfig.of(given))
                .isInstanceOf(ConfigFailure.class)
                .hasMessageContaining("oxbow.rpc.ssl.truststore.location is not");
        given.put("oxbow.rpc.ssl.truststore.location", file + "x");
        assertThatThrownBy(() -> NodeConfig.of(given))
                .isInstanceOf(ConfigFailure.class)
                .hasMessageContaining("no file of that name");
        given.put("oxbow.rpc.ssl.truststore.location", file);
        assertThat(NodeConfig.of(given).rpc().listener()).isEqualTo(new HostPort("192.0.2.1", 1));
    }

    @Test
    void zoneIsKafkasRack() {
        assertThat(NodeConfig.of(Map.of("oxbow.zone", "a")).broker().rack()).isEqualTo("a");
        assertThat(NodeConfig.of(Map.of("broker.rack", "a")).broker().rack()).isEqualTo("a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.8.9.1", "localhost", "[::1]"})
    void listenerOnLoopbackNeedsNoPermission(String host) {
        String at = host + ":1";
        var config =
                NodeConfig.of(Map.of("listeners", "PLAINTEXT://" + at, "oxbow.http.listener", at));
        assertThat(config.http().listener().port()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "oxbow.wal=object oxbow.wal.iops=1,oxbow.wal.iops has no meaning with oxbow.wal=object",
        "oxbow.wal.batch.bytes=100000,oxbow.wal.batch.bytes has no meaning with oxbow.wal=file",
        "oxbow.upload.bytes=3000000 oxbow.upload.pending.bytes=2000000,oxbow.upload.bytes=3000000",
        "oxbow.memory.compaction.bytes=9 oxbow.compaction.bytes.per.second=0,nothing is compacted",
        "oxbow.insecure.listeners=EXTERNAL,'there are [PLAINTEXT, http, rpc]'",
        "oxbow.zone=a broker.rack=b,both name the zone",
        "oxbow.http.hosts=a:1,is no host's name",
        "oxbow.http.hosts=*,is no host's name",
        "oxbow.store=s3://me:hush@b,have settings of their own",
        "oxbow.store=s3://b?k=hush,have settings of their own",
        "oss.endpoint=hush,did you mean s3.endpoint?",
        "client.access-key-secret=hush,unknown configuration key client.access-key-secret"
    })
    void settingsThatDoNotGoTogetherAreNamed(String settings, String message) {
        Map<String, String> given = new HashMap<>();
        for (String setting : settings.split(" ")) {
            int equals = setting.indexOf('=');
            given.put(setting.substring(0, equals), setting.substring(equals + 1));
        }
        assertThatThrownBy(() -> NodeConfig.of(given))
                .isInstanceOf(ConfigFailure.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("hush");
    }

    @ParameterizedTest
    @CsvSource({
        "oxbow.http.listner,127.0.0.1:1,did you mean oxbow.http.listener?",
        "log.dirs,/tmp,unknown configuration key log.dirs",
        "oxbow.http.listener,8181,is not HOST:PORT",
        "oxbow.http.listener,localhost:99999,is not HOST:PORT",
        "oxbow.store,ftp://x,allowed are file:///DIRECTORY",
        "oxbow.store,file:x,allowed are file:///DIRECTORY",
        "oxbow.wal.capacity.bytes,12,Value must be at least 16777216",
        "oxbow.wal.capacity.bytes,many,oxbow.wal.capacity.bytes",
        "oxbow.wal.capacity.bytes,16777217,the next is 17825792",
        "oxbow.wal.path,'',a path is empty",
        "oxbow.wal.path,'a,,b',a path is empty",
        "oxbow.wal.path,'a,b/../a',names /",
        "oxbow.wal.path,'a,a',twice",
        "oxbow.wal.iops,-1,Value must be at least 0",
        "oxbow.wal.bytes.per.second,-5,Value must be at least 0",
        "oxbow.compaction.bytes.per.second,-1,Value must be at least 0",
        "oxbow.upload.bytes,2000000000,Value must be no more than 1073741824",
        "oxbow.memory.appends.bytes,0,must be at least 1",
        "oxbow.wal.abandon,nonsense,is not the id of a write-ahead log",
        "oxbow.lineage,a/b,allowed are 1 to 64 letters"
    })
    void badInputIsNamed(String key, String value, String message) {
        assertThatThrownBy(() -> NodeConfig.of(Map.of(key, value)))
                .isInstanceOf(ConfigFailure.class)
                .hasMessageContaining(key)
                .hasMessageContaining(message);
    }

    @Test
    void memoryThatTheJvmWasNotStartedWithIsRefused() {
        assertThatThrownBy(() -> NodeConfig.of(Map.of("oxbow.memory", "2g")))
                .isInstanceOf(ConfigFailure.class)
                .hasMessageContaining("oxbow.memory=2g")
                .hasMessageContaining("bin/oxbow")
                .hasMessageContaining("-Xmx828m");
        assertThatThrownBy(() -> NodeConfig.of(Map.of("oxbow.memory", "much")))
                .isInstanceOf(ConfigFailure.class)
                .hasMessageContaining("is no size");
    }
}
