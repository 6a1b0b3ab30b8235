package io.oxbow.s3stream.fence;

import io.oxbow.s3stream.testkit.ServerProcess;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * User-space iSCSI target with one disk in a file: tgtd on a port of loopback, with a control
 * socket of its own.
 */
final class TgtTarget implements AutoCloseable {

    static final String NAME = "iqn.2026-01.io.oxbow.test:disk";
    static final int LUN = 1;
    static final int BLOCK_BYTES = 512;
    static final long DISK_BYTES = 32 << 20;

    private final Path directory;
    private final ServerProcess daemon;
    private final int port;

    private TgtTarget(Path directory, ServerProcess daemon, int port) {
        this.directory = directory;
        this.daemon = daemon;
        this.port = port;
    }

    static TgtTarget start() throws IOException, InterruptedException {
        // The path of a socket has 108 bytes at most.
        Path directory = Files.createTempDirectory("oxtgt");
        int port = ServerProcess.freePort();
        List<String> command =
                inPrivate(directory, "tgtd", "--foreground", "--iscsi", "portal=127.0.0.1:" + port);
        ServerProcess daemon = ServerProcess.start("tgtd", directory, command);
        var target = new TgtTarget(directory, daemon, port);
        try {
            daemon.awaitPort(port, Duration.ofSeconds(30));
            target.addDisk();
            return target;
        } catch (IOException | InterruptedException | RuntimeException e) {
            target.close();
            throw e;
        }
    }

    private static List<String> inPrivate(Path directory, String... command) {
        List<String> all = new ArrayList<>(List.of("env", "TGT_IPC_SOCKET=" + directory + "/s"));
        all.addAll(List.of(command));
        return all;
    }

    private void addDisk() throws IOException, InterruptedException {
        Path disk = directory.resolve("disk");
        try (var file = new RandomAccessFile(disk.toFile(), "rw")) {
            file.setLength(DISK_BYTES);
        }
        admin("--mode", "target", "--op", "new", "--tid", "1", "--targetname", NAME);
        admin(
                "--mode",
                "logicalunit",
                "--op",
                "new",
                "--tid",
                "1",
                "--lun",
                Integer.toString(LUN),
                "--backing-store",
                disk.toString());
        admin("--mode", "target", "--op", "bind", "--tid", "1", "--initiator-address", "ALL");
    }

    private void admin(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(inPrivate(directory, "tgtadm", "--lld", "iscsi"));
        command.addAll(List.of(arguments));
        ServerProcess.run(directory, command);
    }

    String portal() {
        return "127.0.0.1:" + port;
    }

    @Override
    public void close() {
        daemon.close();
        try (var files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
