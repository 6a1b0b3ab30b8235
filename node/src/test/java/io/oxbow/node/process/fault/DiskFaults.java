package io.oxbow.node.process.fault;

import io.oxbow.node.process.Outcome;
import io.oxbow.node.process.OxbowProcess;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * A disk under one file of a process that can be made slow or broken while the process runs; see
 * {@code src/test/c/disk-faults.c}. Needs a C compiler.
 */
final class DiskFaults {

    /** errno of an I/O error. */
    static final int EIO = 5;

    private final Path library;
    private final Path control;
    private final String file;

    private DiskFaults(Path library, Path control, String file) {
        this.library = library;
        this.control = control;
        this.file = file;
    }

    /**
     * @param file end of the path of the file that is concerned
     */
    static DiskFaults under(Path directory, String file) throws Exception {
        Path library = directory.resolve("disk-faults.so");
        Path source = OxbowProcess.home().resolve("node/src/test/c/disk-faults.c");
        Outcome.of(
                        java.util.List.of(
                                "cc",
                                "-shared",
                                "-fPIC",
                                "-O1",
                                "-o",
                                library.toString(),
                                source.toString(),
                                "-ldl"))
                .succeeded();
        var faults = new DiskFaults(library, directory.resolve("disk-faults"), file);
        faults.set(0, 0);
        return faults;
    }

    /** Returns the environment that the process must be started with. */
    Map<String, String> environment() {
        return Map.of(
                "LD_PRELOAD", library.toString(),
                "OXBOW_FAULTS", control.toString(),
                "OXBOW_FAULTY_FILE", file);
    }

    /** Makes each write take that much longer. */
    void delay(int millis) throws IOException {
        set(millis, 0);
    }

    /** Makes each write fail. */
    void fail(int errno) throws IOException {
        set(0, errno);
    }

    void heal() throws IOException {
        set(0, 0);
    }

    private void set(int delayMillis, int errno) throws IOException {
        var numbers = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder());
        numbers.putInt(delayMillis).putInt(errno).flip();
        if (!Files.exists(control)) {
            Files.createFile(control);
        }
        try (var channel = FileChannel.open(control, StandardOpenOption.WRITE)) {
            channel.write(numbers, 0);
        }
    }
}
