package io.oxbow.s3stream.testkit;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Process of a server that a test started, ended by its handle, at the latest when this JVM ends.
 */
public final class ServerProcess implements AutoCloseable {

    private static final int FIRST_PORT = 10_000;

    /** Linux's default of {@code net.ipv4.ip_local_port_range}. */
    private static final int FIRST_EPHEMERAL_PORT = 32_768;

    private final String name;
    private final Process process;
    private final Path log;
    private final Thread atExit;

    private ServerProcess(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
        this.atExit = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** Starts {@code command}, with its output in {@code NAME.out} in {@code directory}. */
    public static ServerProcess start(String name, Path directory, List<String> command)
            throws IOException {
        Path log = directory.resolve(name + ".out");
        Process process =
                new ProcessBuilder(command)
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        process.getOutputStream().close();
        return new ServerProcess(name, process, log);
    }

    /** Runs {@code command} to its end and returns its output; throws if it failed. */
    public static String run(Path directory, List<String> command)
            throws IOException, InterruptedException {
        Path said = Files.createTempFile(directory, "run", ".out");
        try {
            return run(directory, command, said);
        } finally {
            Files.deleteIfExists(said);
        }
    }

    private static String run(Path directory, List<String> command, Path said)
            throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(command)
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(said.toFile())
                        .start();
        process.getOutputStream().close();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("no end after a minute: " + command);
        }
        String output = Files.readString(said);
        if (process.exitValue() != 0) {
            throw new IOException(command + " failed: " + output);
        }
        return output;
    }

    /**
     * Returns a port on which nobody listens now. Those that the kernel gives to outgoing
     * connections are left out: one may be taken before the server has bound.
     */
    public static int freePort() throws IOException {
        for (int i = 0; i < 100; i++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, FIRST_EPHEMERAL_PORT);
            try (var socket = new ServerSocket(port)) {
                return socket.getLocalPort();
            } catch (BindException taken) {
                continue;
            }
        }
        throw new IOException("no free port was found");
    }

    /**
     * Waits until something listens on the port; throws when this process, or one of {@code
     * supports}, ends before.
     */
    public ServerProcess awaitPort(int port, Duration patience, ServerProcess... supports)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (System.nanoTime() < deadline) {
            checkAlive();
            for (ServerProcess support : supports) {
                support.checkAlive();
            }
            try (var socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
                return this;
            } catch (IOException e) {
                Thread.sleep(50);
            }
        }
        close();
        throw new IOException(
                "%s does not listen on %d after %s: %s"
                        .formatted(name, port, patience, Files.readString(log)));
    }

    private void checkAlive() throws IOException {
        if (!process.isAlive()) {
            throw new IOException(name + " ended: " + Files.readString(log));
        }
    }

    public long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IllegalStateException e) {
            // the JVM is ending already, and the hook does the same
        }
    }
}
