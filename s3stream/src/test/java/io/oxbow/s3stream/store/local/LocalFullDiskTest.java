package io.oxbow.s3stream.store.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.S3StreamException.Retry;
import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.store.ObjectStore.CreateResult;
import io.oxbow.s3stream.store.ObjectStore.GetResult;
import io.oxbow.s3stream.store.ObjectStore.PutResult;
import io.oxbow.s3stream.testkit.Requirement;
import io.oxbow.s3stream.testkit.ServerProcess;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests a real file system that is full: four MiB in memory, which only root may mount. */
class LocalFullDiskTest {

    @TempDir private Path directory;
    private Path disk;

    @BeforeEach
    void mount() throws IOException, InterruptedException {
        Requirement.require(mayMount(), "the right to mount a file system (run as root)");
        disk = Files.createDirectory(directory.resolve("disk"));
        ServerProcess.run(
                directory, List.of("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", disk + ""));
    }

    private boolean mayMount() throws IOException, InterruptedException {
        return Requirement.missingPrograms("mount", "umount", "id").isEmpty()
                && ServerProcess.run(directory, List.of("id", "-u")).strip().equals("0");
    }

    @AfterEach
    void unmount() throws IOException, InterruptedException {
        if (disk != null) {
            ServerProcess.run(directory, List.of("umount", disk + ""));
        }
    }

    private static List<ByteBuffer> body(int size) {
        return List.of(ByteBuffer.allocate(size));
    }

    @Test
    void nothingIsAppliedUntilThereIsSpaceAgain() throws IOException {
        try (var store = LocalObjectStore.open(disk)) {
            assertThat(store.put("ballast", body(3 << 20))).isEqualTo(new PutResult.Done());
            assertThat(store.put("ballast", body(2 << 20)))
                    .isInstanceOfSatisfying(
                            PutResult.NotApplied.class,
                            refused -> {
                                assertThat(refused.cause().retry()).isEqualTo(Retry.RETRYABLE);
                                assertThat(refused.cause())
                                        .hasMessageContaining(disk.toString())
                                        .hasMessageContaining("No space left on device; free some");
                            });
            assertThat(store.putIfAbsent("k", body(2 << 20)))
                    .isInstanceOf(CreateResult.NotApplied.class);
            assertThat(store.get("k")).isEqualTo(new GetResult.NotFound());
            assertThat(store.head("ballast")).isEqualTo(new ObjectStore.HeadResult.Found(3 << 20));
            // What did not fit has been taken away again.
            assertThat(store.put("small", body(500_000))).isEqualTo(new PutResult.Done());
            store.delete(List.of("ballast"));
            assertThat(store.putIfAbsent("k", body(2 << 20))).isEqualTo(new CreateResult.Created());
        }
    }
}
