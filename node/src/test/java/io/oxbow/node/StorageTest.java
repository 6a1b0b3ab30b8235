package io.oxbow.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.oxbow.node.config.HostPort;
import io.oxbow.node.config.NodeConfig;
import io.oxbow.s3stream.Fetched;
import io.oxbow.s3stream.Stream;
import io.oxbow.s3stream.StreamName;
import io.oxbow.s3stream.env.Environment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorageTest {

    private static final StreamName NAME = new StreamName(new UUID(1, 2), 0, StreamName.Kind.DATA);

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
        var config =
                NodeConfig.of(
                        Map.of(
                                "oxbow.data.dir", temporary.toString(),
                                "oxbow.wal.capacity.bytes", String.valueOf(96 << 20)));
        return Storage.open(
                config,
                new HostPort("127.0.0.1", 1),
                Environment.system(),
                new SimpleMeterRegistry(),
                resources);
    }

    private static void append(Stream stream, String text) throws InterruptedException {
        stream.append(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 1, 7).await();
    }

    private static List<String> read(Stream stream) {
        List<String> found = new ArrayList<>();
        long offset = 0;
        while (offset < stream.durableEndOffset()) {
            try (Fetched fetched = stream.read(offset, 1 << 20)) {
                for (var append : fetched.appends()) {
                    found.add(StandardCharsets.UTF_8.decode(append.records()).toString());
                }
                offset = fetched.nextOffset();
            }
        }
        return found;
    }
}
