package io.oxbow.node.process.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** Local directory as the bucket of processes, whose objects a test reads. */
final class BucketDirectory {

    private static final Duration PATIENCE = Duration.ofSeconds(120);

    /**
     * Index, in a slot's bytes, of the id of the process that wrote it; the format is
     * io.oxbow.s3stream.log's.
     */
    private static final int WRITER_AT = 40;

    private final Path root;

    BucketDirectory(Path root) {
        this.root = root;
    }

    /** Returns the address for {@code oxbow.store}. */
    String location() {
        return root.toUri().toString();
    }

    /** Waits until a newcomer has left a question. */
    void awaitQuestion() throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (questions().isEmpty()) {
            assertThat(System.nanoTime()).as("no question in the bucket").isLessThan(deadline);
            Thread.sleep(10);
        }
    }

    List<Path> questions() throws IOException {
        return objects("/meta/question/");
    }

    /** Checks that one process wrote all slots of the metadata log, and so took it over alone. */
    void assertLogWrittenBy(UUID incarnation) throws IOException {
        List<Path> slots = objects("/meta/log/");
        assertThat(slots).isNotEmpty();
        for (Path slot : slots) {
            var bytes = ByteBuffer.wrap(Files.readAllBytes(slot));
            assertThat(new UUID(bytes.getLong(WRITER_AT), bytes.getLong(WRITER_AT + 8)))
                    .as("writer of %s", slot)
                    .isEqualTo(incarnation);
        }
    }

    /** Walks again when a process has deleted something meanwhile. */
    private List<Path> objects(String part) throws IOException {
        while (true) {
            try (Stream<Path> all = Files.walk(root)) {
                return all.filter(path -> path.toString().contains(part))
                        .filter(Files::isRegularFile)
                        .toList();
            } catch (UncheckedIOException e) {
                if (!(e.getCause() instanceof NoSuchFileException)) {
                    throw e;
                }
            }
        }
    }
}
