package io.oxbow.s3stream.wal.file;

import static io.oxbow.s3stream.wal.file.WalFixture.append;
import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.fence.DeadWal;
import io.oxbow.s3stream.fence.StorageFence;
import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.WalKind;
import io.oxbow.s3stream.wal.WalAccess;
import io.oxbow.s3stream.wal.WriteAheadLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AttachedVolumesTest {

    @TempDir Path directory = Path.of("");

    private final List<DeadWal> fenced = new ArrayList<>();
    private StorageFence.Result answer = new StorageFence.Result.Fenced("cut off");

    private WalAccess attached(String... names) {
        List<Path> paths = List.of(names).stream().map(directory::resolve).toList();
        return new AttachedVolumes(
                paths,
                wal -> {
                    fenced.add(wal);
                    return answer;
                },
                WalFixture.environment());
    }

    /** Makes a volume of a node that acked three appends and died. */
    private UUID volume(String name) {
        var volume =
                FileWalVolume.open(
                        WalFixture.config(directory.resolve(name)), WalFixture.environment());
        WriteAheadLog log = volume.start(1);
        for (int i = 0; i < 3; i++) {
            append(log, i, 1000).settle();
        }
        volume.close();
        return volume.walIds().getFirst();
    }

    private static ApplyResult.DeadEpoch dead(UUID... walIds) {
        List<Long> lsns = List.of(walIds).stream().map(id -> 0L).toList();
        return new ApplyResult.DeadEpoch(4, 1, WalKind.FILE, List.of(walIds), lsns, 3);
    }

    @Test
    void theVolumeWithThatIdentityIsReadOnceItIsFenced() throws IOException {
        UUID one = volume("one");
        UUID two = volume("two");
        byte[] before = Files.readAllBytes(directory.resolve("two"));
        WalAccess access = attached("one", "absent", "two");
        ApplyResult.DeadEpoch dead = dead(one, two);
        assertThat(access.has(dead, 1)).isTrue();
        assertThat(fenced).isEmpty();

        List<Long> offsets = new ArrayList<>();
        if (access.open(dead, 1, 9) instanceof WalAccess.Access.Open(var opened)) {
            try (opened) {
                opened.scan(0, (lsn, endLsn, record) -> offsets.add(record.baseOffset()));
            }
        }
        assertThat(offsets).containsExactly(0L, 1L, 2L);
        assertThat(fenced).containsExactly(new DeadWal(4, 1, two));
        assertThat(Files.readAllBytes(directory.resolve("two"))).isEqualTo(before);
        assertThat(directory.resolve("absent")).doesNotExist();
    }

    @Test
    void whatIsNotFencedIsNotRead() {
        UUID one = volume("one");
        answer = new StorageFence.Result.NotFenced("no reservations there");
        assertThat(attached("one").open(dead(one), 0, 9))
                .isInstanceOfSatisfying(
                        WalAccess.Access.Missing.class,
                        missing -> assertThat(missing.why()).contains("no reservations there"));
        answer =
                new StorageFence.Result.Unknown(
                        new S3StreamException("lost", S3StreamException.Retry.UNKNOWN, null));
        assertThat(attached("one").open(dead(one), 0, 9)).isInstanceOf(WalAccess.Access.Busy.class);
    }

    @Test
    void aVolumeThatAProcessHasIsBusy() {
        UUID one = volume("one");
        try (var living =
                FileWalVolume.open(
                        WalFixture.config(directory.resolve("one")), WalFixture.environment())) {
            assertThat(living.walIds()).containsExactly(one);
            assertThat(attached("one").open(dead(one), 0, 9))
                    .isInstanceOf(WalAccess.Access.Busy.class);
        }
    }

    @Test
    void anotherVolumeOrABlankFileIsNotTaken() throws IOException {
        volume("one");
        WalAccess access = attached("one");
        assertThat(access.has(dead(new UUID(1, 1)), 0)).isFalse();
        assertThat(access.open(dead(new UUID(1, 1)), 0, 9))
                .isInstanceOf(WalAccess.Access.Missing.class);
        assertThat(fenced).isEmpty();
        Files.write(directory.resolve("blank"), new byte[1 << 16]);
        assertThat(attached("blank").open(dead(new UUID(1, 1)), 0, 9))
                .isNotInstanceOf(WalAccess.Access.Open.class);
        assertThat(Files.readAllBytes(directory.resolve("blank"))).containsOnly(0);
    }
}
