package io.oxbow.s3stream.wal.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.wal.disk.AlignedMemory;
import io.oxbow.s3stream.wal.disk.DirectFile;
import io.oxbow.s3stream.wal.disk.DirectFile.Mode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DirectFileTest {

    private static final int O_DSYNC = 0_010000;
    private static final int O_DIRECT = 0_040000;

    @TempDir Path directory;

    /** Returns the flags of the only descriptor that this process has of {@code file}. */
    private static int openFlags(Path file) throws IOException {
        Path descriptors = Path.of("/proc/self/fd");
        assumeThat(descriptors).exists();
        assumeThat(System.getProperty("os.arch")).isEqualTo("amd64");
        try (var all = Files.list(descriptors)) {
            for (Path each : all.toList()) {
                if (Files.isSymbolicLink(each) && Files.readSymbolicLink(each).equals(file)) {
                    Path facts = Path.of("/proc/self/fdinfo").resolve(each.getFileName());
                    return Files.readAllLines(facts).stream()
                            .filter(line -> line.startsWith("flags:"))
                            .mapToInt(line -> Integer.parseInt(line.substring(6).trim(), 8))
                            .findFirst()
                            .orElseThrow();
                }
            }
        }
        throw new AssertionError("no descriptor on " + file);
    }

    @ParameterizedTest
    @EnumSource
    void theDescriptorHasTheFlagsThatTheModeSays(Mode mode) throws IOException {
        Path path = directory.toRealPath().resolve("wal");
        try (DirectFile file = DirectFile.open(path, List.of(mode))) {
            int flags = openFlags(path);
            assertThat((flags & O_DSYNC) != 0).isEqualTo(mode != Mode.FDATASYNC);
            assertThat((flags & O_DIRECT) != 0).isEqualTo(mode == Mode.DIRECT_DSYNC);
            assertThat(file.isSynchronous()).isEqualTo(mode != Mode.FDATASYNC);
        } catch (S3StreamException refused) {
            assumeThat(mode).as(refused.getMessage()).isNotEqualTo(Mode.DIRECT_DSYNC);
            throw refused;
        }
    }

    @Test
    void theLogOfARunningNodeIsWrittenSynchronously() throws IOException {
        Path path = directory.toRealPath().resolve("wal");
        try (var volume = FileWalVolume.open(WalFixture.config(path), WalFixture.environment())) {
            WalFixture.append(volume.start(1), 0, 100).settle();
            assertThat(openFlags(path) & O_DSYNC).isNotZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsWrittenCanBeRead(Mode mode) throws IOException {
        ByteBuffer block = AlignedMemory.allocate(8192);
        block.putLong(0, 42).putLong(4096, 43);
        try (DirectFile file = DirectFile.open(directory.resolve("wal"), List.of(mode))) {
            file.write(4096, block);
            file.sync();
            assertThat(file.size()).isEqualTo(12288);
            ByteBuffer found = AlignedMemory.allocate(16384);
            assertThat(file.read(4096, found)).isEqualTo(8192);
            assertThat(found.getLong(0)).isEqualTo(42);
            assertThat(found.getLong(4096)).isEqualTo(43);
            assertThat(file.read(1 << 20, AlignedMemory.allocate(4096))).isZero();
        } catch (S3StreamException refused) {
            assumeThat(mode).as(refused.getMessage()).isNotEqualTo(Mode.DIRECT_DSYNC);
            throw refused;
        }
    }

    @Test
    void aSecondOpenerIsRefusedByName() {
        Path path = directory.resolve("wal");
        try (DirectFile first = DirectFile.open(path)) {
            assertThat(first.description()).contains(path.toString());
            assertThatThrownBy(() -> DirectFile.open(path))
                    .isInstanceOf(S3StreamException.class)
                    .hasMessageContaining(path.toString())
                    .hasMessageContaining("in use");
        }
        DirectFile.open(path).close();
    }

    @Test
    void anotherProcessIsRefusedByName() throws Exception {
        Path path = directory.resolve("wal");
        try (DirectFile first = DirectFile.open(path)) {
            assertThat(first.isSynchronous()).isTrue();
            String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
            Process second =
                    new ProcessBuilder(
                                    java,
                                    "-XX:TieredStopAtLevel=1",
                                    "-cp",
                                    System.getProperty("java.class.path"),
                                    SecondProcess.class.getName(),
                                    path.toString())
                            .redirectErrorStream(true)
                            .start();
            String said = new String(second.getInputStream().readAllBytes());
            assertThat(second.waitFor()).isEqualTo(3);
            assertThat(said).contains("WAL " + path + " is in use by another process");
        }
    }

    /** Program that tries to open the write-ahead log that its parent holds. */
    static final class SecondProcess {
        private SecondProcess() {}

        public static void main(String[] args) {
            try {
                DirectFile.open(Path.of(args[0])).close();
            } catch (S3StreamException refused) {
                System.out.println(refused.getMessage());
                System.exit(3);
            }
        }
    }

    @Test
    void aMissingDirectoryIsMade() {
        Path path = directory.resolve("a/b/wal");
        DirectFile.open(path).close();
        assertThat(path).exists();
    }

    @Test
    void aDirectoryIsNoWal() {
        assertThatThrownBy(() -> DirectFile.open(directory))
                .isInstanceOf(S3StreamException.class)
                .hasMessageContaining(directory.toString());
    }
}
