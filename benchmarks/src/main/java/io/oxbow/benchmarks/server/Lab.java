package io.oxbow.benchmarks.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The place of measurements: builds, a directory on disk, and the processes that run.
 *
 * @param home the checkout whose builds are measured
 * @param directory on a real disk; each server's data lies in a directory of its own in it
 * @param heapMib of every server process; {@link #USUAL_HEAP}: as it is without options
 */
public record Lab(Path home, Path directory, int heapMib, Children children) {

    /** Heap of a server that is started without options for its memory. */
    public static final int USUAL_HEAP = 0;

    public Lab {
        requireDisk(directory);
    }

    /** Returns the directory for temporary files; where that is in memory, one in the checkout. */
    public static Path usualDirectory(Path home) {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        try {
            return isInMemory(temporary) ? home.resolve("target/bench") : temporary;
        } catch (IOException e) {
            return home.resolve("target/bench");
        }
    }

    private static boolean isInMemory(Path directory) throws IOException {
        String type = Files.getFileStore(directory).type();
        return type.equals("tmpfs") || type.equals("ramfs");
    }

    private static void requireDisk(Path directory) {
        try {
            Files.createDirectories(directory);
            if (isInMemory(directory)) {
                throw new IllegalArgumentException(
                        "%s is in memory: O_DIRECT does not work there, and figures would mean"
                                        .formatted(directory)
                                + " nothing; name a directory on a disk with --dir");
            }
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "%s cannot be used: %s; name another with --dir".formatted(directory, e), e);
        }
    }

    public Path java() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }

    /** Returns all jars of the stock Kafka's runtime. */
    public String peerClassPath() {
        return home.resolve("benchmarks/peer/target/lib") + "/*";
    }

    /** Returns a command of the Oxbow that is measured. */
    public List<String> oxbowCommand(String... words) {
        List<String> command = new ArrayList<>(List.of(home.resolve("bin/oxbow").toString()));
        command.addAll(List.of(words));
        return command;
    }

    /** Returns a tool of the stock Kafka, with the JVM options of its start script. */
    public List<String> peerTool(String mainClass, String... words) {
        List<String> command = new ArrayList<>(List.of(java().toString(), "-Xmx256M"));
        command.addAll(KafkaServers.STOCK_JVM_OPTIONS);
        command.addAll(List.of("-cp", peerClassPath(), mainClass));
        command.addAll(List.of(words));
        return command;
    }

    /** Returns this program's own jars, for its load generators. */
    public String ownClassPath() {
        Path built =
                home.resolve("benchmarks").resolve(System.getProperty("oxbow.target", "target"));
        return "%s:%s/*".formatted(built.resolve("oxbow-benchmarks.jar"), built.resolve("lib"));
    }

    /** Returns a port that nothing listens on. */
    public static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
