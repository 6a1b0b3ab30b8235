package io.oxbow.node.process.older;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.oxbow.node.process.OxbowProcess;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that each bucket and write-ahead log of an older version opens, serves and verifies. */
@Tag("slow")
class OlderBucketProcessTest {

    private static final String VERSION = "3cea231";

    /** Directory that a fixture was written in; tables keep it in their locations. */
    static Path directory(String fixture) {
        return Path.of("/tmp", "oxbow-written-by-" + fixture);
    }

    @ParameterizedTest
    @ValueSource(strings = {"file", "object"})
    void allThatWasPromisedIsThere(String wal) throws Exception {
        String fixture = VERSION + "-" + wal;
        Path directory = directory(fixture);
        remove(directory);
        try {
            unpack(fixture + ".zip", directory);
            Map<String, String> settings =
                    Map.of("oxbow.wal", wal, "oxbow.wal.capacity.bytes", String.valueOf(68 << 20));
            BucketDigest promised = promised(fixture + ".json");
            try (var node = OxbowProcess.start(directory, settings)) {
                assertThat(BucketDigest.read(node)).isEqualTo(promised);
                assertTablesCatchUp(node);
                assertThat(node.terminate()).isZero();
            }
            try (var node = OxbowProcess.start(directory, settings)) {
                assertThat(BucketDigest.read(node)).isEqualTo(promised);
            }
        } finally {
            remove(directory);
        }
    }

    private static void assertTablesCatchUp(OxbowProcess node) throws Exception {
        long deadline = System.nanoTime() + 90_000_000_000L;
        for (String topic : new String[] {"events", "readings"}) {
            String verified = "";
            while (!(verified.contains("\"lag\":0") && verified.contains("300"))) {
                assertThat(System.nanoTime()).as(topic + " " + verified).isLessThan(deadline);
                Thread.sleep(500);
                verified = BucketDigest.verify(node, topic);
            }
        }
    }

    private static BucketDigest promised(String name) throws Exception {
        try (InputStream in = resource(name)) {
            return new ObjectMapper().readValue(in, BucketDigest.class);
        }
    }

    private static void unpack(String name, Path directory) throws Exception {
        try (var zip = new ZipInputStream(resource(name))) {
            for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path file = directory.resolve(entry.getName()).normalize();
                assertThat(file.startsWith(directory)).as(file.toString()).isTrue();
                if (entry.isDirectory()) {
                    Files.createDirectories(file);
                } else {
                    Files.createDirectories(file.getParent());
                    Files.copy(zip, file);
                }
            }
        }
    }

    private static InputStream resource(String name) {
        return Objects.requireNonNull(
                OlderBucketProcessTest.class.getResourceAsStream("/older/" + name), name);
    }

    private static void remove(Path directory) throws Exception {
        if (Files.exists(directory)) {
            try (var all = Files.walk(directory)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
        Files.deleteIfExists(directory.resolveSibling(directory.getFileName() + ".log"));
    }
}
