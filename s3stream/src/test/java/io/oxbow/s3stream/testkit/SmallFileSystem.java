package io.oxbow.s3stream.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** File system in memory that is soon full. */
public final class SmallFileSystem implements AutoCloseable {

    private final Path directory;

    private SmallFileSystem(Path directory) {
        this.directory = directory;
    }

    /** Mounts a file system on {@code directory}; skips the test where that is not allowed. */
    public static SmallFileSystem on(Path directory, long bytes) {
        Requirement.require(
                Requirement.missingPrograms("mount", "umount").isEmpty() && mount(directory, bytes),
                "the right to mount a tmpfs (root)");
        return new SmallFileSystem(directory);
    }

    private static boolean mount(Path directory, long bytes) {
        try {
            run("mount", "-t", "tmpfs", "-o", "size=" + bytes, "tmpfs", directory.toString());
            return true;
        } catch (UncheckedIOException refused) {
            return false;
        }
    }

    public Path directory() {
        return directory;
    }

    /** Takes all room but {@code bytes}. */
    public void fillUpTo(long bytes) throws IOException {
        long room = Files.getFileStore(directory).getUsableSpace();
        Files.write(directory.resolve("filler"), new byte[Math.toIntExact(room - bytes)]);
    }

    @Override
    public void close() {
        run("umount", directory.toString());
    }

    private static void run(String... command) {
        try {
            var process = new ProcessBuilder(List.of(command)).inheritIO().start();
            if (process.waitFor() != 0) {
                throw new UncheckedIOException(
                        new IOException("%s: %d".formatted(List.of(command), process.exitValue())));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
