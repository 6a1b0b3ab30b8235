package io.oxbow.s3stream.testkit;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.opentest4j.TestAbortedException;

/** Block device over a file (a loop device of Linux), where the machine allows that. */
public final class LoopDevice implements AutoCloseable {

    private static final Path CONTROL = Path.of("/dev/loop-control");

    private final Path path;
    private final Path directory;

    private LoopDevice(Path path, Path directory) {
        this.path = path;
        this.directory = directory;
    }

    /** Makes a blank device; skips the test where that is not possible. */
    public static LoopDevice of(Path backing, long bytes) {
        if (!Files.exists(CONTROL)) {
            System.err.println("SKIPPED: this kernel has no loop devices");
            throw new TestAbortedException("no loop devices");
        }
        Requirement.require(
                Files.isWritable(CONTROL) && Requirement.missingPrograms("losetup").isEmpty(),
                "losetup (apt install mount) and the right to make loop devices (root)");
        try (var file = new RandomAccessFile(backing.toFile(), "rw")) {
            file.setLength(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Path directory = backing.toAbsolutePath().getParent();
        String made = run(directory, "losetup", "--find", "--show", backing.toString());
        return new LoopDevice(Path.of(made.strip()), directory);
    }

    public Path path() {
        return path;
    }

    @Override
    public void close() {
        run(directory, "losetup", "--detach", path.toString());
    }

    private static String run(Path directory, String... command) {
        try {
            return ServerProcess.run(directory, List.of(command));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
