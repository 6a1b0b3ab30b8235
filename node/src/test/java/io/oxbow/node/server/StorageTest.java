package io.oxbow.node.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.oxbow.node.config.ConfigFailure;
import io.oxbow.node.config.HostPort;
import io.oxbow.node.config.NodeConfig;
import io.oxbow.s3stream.ReadResult;
import io.oxbow.s3stream.Stream;
import io.oxbow.s3stream.StreamName;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.testkit.LoopDevice;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the opening of a node's storage, and its refusals of sizes and paths. */
class StorageTest {

    private static final StreamName NAME = new StreamName(new UUID(1, 2), 0, StreamName.Kind.DATA);

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @TempDir Path temporary = Path.of("");

    @Test
    void appendsAreThereAfterACleanClose() throws Exception {
        try (var resources = new Resources()) {
            Stream stream = open(resources).streams().open(List.of(NAME)).get(NAME);
            append(stream, "one");
            append(stream, "two");
        }
        try (var resources = new Resources()) {
            Storage storage = open(resources);
            Stream stream = storage.streams().open(List.of(NAME)).get(NAME);
            assertThat(read(stream)).containsExactly("one", "two");
            append(stream, "three");
            assertThat(read(stream)).containsExactly("one", "two", "three");
            storage.streams().flush();
            assertThat(stream.committedEndOffset()).isEqualTo(3);
            assertThat(committed(storage, stream)).containsExactly("one", "two", "three");
        }
    }

    @Test
    void capacityThatIsTooSmallForARecordIsRefusedByName() {
        try (var resources = new Resources()) {
            Map<String, String> small = Map.of("oxbow.wal.capacity.bytes", "16777216");
            assertThatThrownBy(() -> open(resources, small))
                    .isInstanceOf(ConfigFailure.class)
                    .hasMessageContaining("oxbow.wal.capacity.bytes=16777216")
                    .hasMessageContaining("must be at least");
            assertThat(temporary).isEmptyDirectory();
        }
    }

    @Test
    void capacityThatTheDiskHasNoRoomForIsRefusedByName() {
        try (var resources = new Resources()) {
            Map<String, String> large =
                    Map.of("oxbow.wal.capacity.bytes", String.valueOf(1L << 40));
            assertThatThrownBy(() -> open(resources, large))
                    .isInstanceOf(ConfigFailure.class)
                    .hasMessageContaining("oxbow.wal.capacity.bytes=1099511627776 cannot be used")
                    .hasMessageContaining("bytes are missing");
        }
    }

    @Test
    void bucketThatDoesNotAnswerIsFoundBeforeALogIsMade() throws Exception {
        int closed;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = socket.getLocalPort();
        }
        Map<String, String> away =
                Map.of(
                        "oxbow.store", "s3://bucket/prefix",
                        "s3.endpoint", "http://127.0.0.1:" + closed,
                        "s3.region", "us-east-1",
                        "s3.access-key-id", "id",
                        "s3.secret-access-key", "hush-hush",
                        "s3.retry.num-retries", "0");
        try (var resources = new Resources()) {
            assertThatThrownBy(() -> open(resources, away))
                    .hasMessageContaining("s3://bucket/prefix does not answer")
                    .hasMessageNotContaining("hush");
            assertThat(temporary).isEmptyDirectory();
        }
    }

    @Test
    void moreFilesThanThereIsMemoryForAreRefusedByName() {
        try (var resources = new Resources()) {
            Map<String, String> three =
                    Map.of("oxbow.wal.path", "a,b,c", "oxbow.memory.slab.bytes", "134217728");
            assertThatThrownBy(() -> open(resources, three))
                    .isInstanceOf(ConfigFailure.class)
                    .hasMessageContaining("oxbow.memory.slab.bytes=134217728")
                    .hasMessageContaining("for 3 volumes");
        }
    }

    @Test
    void oneFileUnderTwoNamesIsRefused() throws Exception {
        Files.createSymbolicLink(temporary.resolve("b"), temporary.resolve("a"));
        try (var resources = new Resources()) {
            Map<String, String> twice = Map.of("oxbow.wal.path", "a,b");
            assertThatThrownBy(() -> open(resources, twice))
                    .hasMessageContaining("in use by this process");
        }
    }

    @Test
    void deviceIsUsedWholeUnlessACapacityIsGiven() {
        long bytes = 150 << 20;
        try (var device = LoopDevice.of(temporary.resolve("disk"), bytes)) {
            Map<String, String> onDevice = Map.of("oxbow.wal.path", device.path().toString());
            try (var resources = new Resources()) {
                open(resources, onDevice);
                double capacity = meters.get("oxbow.wal.capacity").gauge().value();
                assertThat(capacity).isBetween(bytes - (1 << 20) * 1.0, bytes * 1.0);
            }
        }
    }

    private static List<String> committed(Storage storage, Stream stream) {
        List<String> found = new ArrayList<>();
        try (var cursor = storage.committed().read(stream.streamId(), 0, 3)) {
            for (var append = cursor.next(); append != null; append = cursor.next()) {
                found.add(StandardCharsets.UTF_8.decode(append.records()).toString());
            }
        }
        return found;
    }

    private Storage open(Resources resources) {
        return open(resources, Map.of("oxbow.wal.capacity.bytes", String.valueOf(96 << 20)));
    }

    private Storage open(Resources resources, Map<String, String> given) {
        Map<String, String> settings = new HashMap<>(given);
        settings.put("oxbow.data.dir", temporary.toString());
        return Storage.open(
                NodeConfig.of(settings),
                new HostPort("127.0.0.1", 1),
                List.of("127.0.0.1:9"),
                Environment.system(),
                meters,
                resources);
    }

    private static void append(Stream stream, String text) throws InterruptedException {
        stream.append(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 1, 7).await();
    }

    private static List<String> read(Stream stream) {
        List<String> found = new ArrayList<>();
        long offset = 0;
        while (offset < stream.durableEndOffset()) {
            try (ReadResult fetched = stream.read(offset, 1 << 20)) {
                for (var append : fetched.appends()) {
                    found.add(StandardCharsets.UTF_8.decode(append.records()).toString());
                }
                offset = fetched.nextOffset();
            }
        }
        return found;
    }
}
