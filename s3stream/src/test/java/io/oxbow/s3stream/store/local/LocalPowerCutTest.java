package io.oxbow.s3stream.store.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.store.ObjectStore.CreateResult;
import io.oxbow.s3stream.store.ObjectStore.GetResult;
import io.oxbow.s3stream.store.ObjectStore.ListResult;
import io.oxbow.s3stream.store.ObjectStore.PutResult;
import io.oxbow.s3stream.store.local.SloppyFileTree.Sloppiness;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tests a local bucket on a file system that fails; {@code -Doxbow.powercut.seeds} sets the number
 * of seeds.
 */
class LocalPowerCutTest {

    private static final Logger LOG = LoggerFactory.getLogger(LocalPowerCutTest.class);
    private static final Path BUCKET = Path.of("/disk/bucket");

    @Test
    void noAcknowledgedCallIsLostAndNoHalfObjectSeen() throws IOException {
        long seeds = Long.getLong("oxbow.powercut.seeds", 1000);
        for (long seed = 0; seed < seeds; seed++) {
            try {
                PowerCutRun.of(seed, Optional.empty());
            } catch (AssertionError e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void everySloppinessIsCaught(Sloppiness sloppiness) throws IOException {
        long seeds = 3_000;
        for (long seed = 0; seed < seeds; seed++) {
            try {
                PowerCutRun.of(seed, Optional.of(sloppiness));
            } catch (AssertionError caught) {
                LOG.info("{}: seed {}: {}", sloppiness, seed, caught.getMessage());
                return;
            }
        }
        throw new AssertionError(sloppiness + " is not caught by " + seeds + " seeds");
    }

    private static List<ByteBuffer> body(int size) {
        return List.of(ByteBuffer.allocate(size));
    }

    @Test
    void aFullDiskAppliesNothingAndLeavesNothingHalf() throws IOException {
        var disk = new LossyFileTree(1);
        var store = LocalObjectStore.open(disk, BUCKET);
        store.put("old", body(100));
        disk.leaveSpace(1000);
        assertThat(store.put("new", body(2000)))
                .isInstanceOfSatisfying(
                        PutResult.NotApplied.class,
                        refused ->
                                assertThat(refused.cause())
                                        .hasMessageContaining("put of new in /disk/bucket")
                                        .hasMessageContaining("No space left on device")
                                        .hasMessageContaining("free some space"));
        assertThat(store.put("old", body(2000))).isInstanceOf(PutResult.NotApplied.class);
        assertThat(store.putIfAbsent("new", body(2000)))
                .isInstanceOf(CreateResult.NotApplied.class);
        assertThat(store.get("new")).isEqualTo(new GetResult.NotFound());
        assertThat(store.get("old")).isEqualTo(new GetResult.Found(body(100).getFirst()));
        assertThat(store.putIfAbsent("new", body(900))).isEqualTo(new CreateResult.Created());
        assertThat(((ListResult.Listed) store.list("", "", 10)).objects()).hasSize(2);
        store.close();
        assertThat(disk.list(BUCKET.resolve(TemporaryFiles.DIRECTORY))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"link", "rename", "mkdir"})
    void aDirectoryThatCannotGrowAppliesNothing(String step) {
        var disk = new LossyFileTree(1);
        var store = LocalObjectStore.open(disk, BUCKET);
        failAt(disk, step, "No space left on device");
        if (step.equals("rename")) {
            assertThat(store.put("d/k", body(1))).isInstanceOf(PutResult.NotApplied.class);
        } else {
            assertThat(store.putIfAbsent("d/k", body(1)))
                    .isInstanceOf(CreateResult.NotApplied.class);
        }
        disk.interruptWith((at, path) -> {});
        assertThat(store.get("d/k")).isEqualTo(new GetResult.NotFound());
        assertThat(store.putIfAbsent("d/k", body(1))).isEqualTo(new CreateResult.Created());
    }

    @ParameterizedTest
    @ValueSource(strings = {"sync", "write"})
    void bytesThatCannotBeMadeDurableAreNotApplied(String step) {
        var disk = new LossyFileTree(1);
        var store = LocalObjectStore.open(disk, BUCKET);
        failAt(disk, step, "Input/output error");
        assertThat(store.put("k", body(1))).isInstanceOf(PutResult.NotApplied.class);
        assertThat(store.putIfAbsent("k", body(1))).isInstanceOf(CreateResult.NotApplied.class);
        disk.interruptWith((at, path) -> {});
        assertThat(store.get("k")).isEqualTo(new GetResult.NotFound());
    }

    @Test
    void aNameThatCannotBeMadeDurableIsUnknown() {
        var disk = new LossyFileTree(1);
        var store = LocalObjectStore.open(disk, BUCKET);
        store.put("d/old", body(1));
        failAt(disk, "sync directory", "Input/output error");
        assertThat(store.put("d/k", body(1))).isInstanceOf(PutResult.Unknown.class);
        assertThat(store.putIfAbsent("d/l", body(1))).isInstanceOf(CreateResult.Unknown.class);
        assertThat(store.putIfAbsent("d/old", body(1))).isInstanceOf(CreateResult.Unknown.class);
        assertThat(store.delete(List.of("d/old")))
                .isInstanceOf(ObjectStore.DeleteResult.Unknown.class);
    }

    private static void failAt(LossyFileTree disk, String failing, String why) {
        disk.interruptWith((step, path) -> {
            if (step.equals(failing)) {
                throw new FileSystemException(path.toString(), null, why);
            }
        });
    }
}
