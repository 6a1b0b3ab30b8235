package io.oxbow.node.process.fault;

import io.oxbow.node.process.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A file system of a given size in a file, mounted while a test runs. Needs to be root. */
final class SmallDisk implements AutoCloseable {

    private static final int BLOCK = 1 << 20;

    private final Path directory;

    private SmallDisk(Path directory) {
        this.directory = directory;
    }

    static SmallDisk mount(Path temporary, int mebibytes) throws Exception {
        Path image = temporary.resolve("disk.img");
        Path directory = Files.createDirectories(temporary.resolve("disk"));
        run("truncate", "-s", mebibytes + "M", image.toString());
        run("mkfs.ext4", "-q", "-F", "-m", "0", image.toString());
        run("mount", "-o", "loop", image.toString(), directory.toString());
        return new SmallDisk(directory);
    }

    Path directory() {
        return directory;
    }

    /** Takes all the space that is left, but for {@code freeMebibytes}. */
    Path fill(int freeMebibytes) throws IOException {
        Path ballast = directory.resolve("ballast");
        byte[] block = new byte[BLOCK];
        try (var out = Files.newOutputStream(ballast)) {
            while (Files.getFileStore(directory).getUsableSpace()
                    > (long) (freeMebibytes + 1) * BLOCK) {
                out.write(block);
                out.flush();
            }
        }
        return ballast;
    }

    @Override
    public void close() throws Exception {
        run("umount", "-l", directory.toString());
    }

    private static void run(String... command) throws Exception {
        Outcome.of(List.of(command)).succeeded();
    }
}
