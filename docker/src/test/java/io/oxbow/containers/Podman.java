package io.oxbow.containers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Podman with Docker's API on the socket that {@code DOCKER_HOST} names, while this is open. */
final class Podman implements AutoCloseable {

    private static final int BUILD_MINUTES = 12;
    private static final int START_MILLIS = 60_000;
    private static final String PREFIX = "unix://";

    private final Process service;

    private Podman(Process service) {
        this.service = service;
    }

    /** Returns the reason why containers can't be run here; empty when they can. */
    static String missing() throws IOException, InterruptedException {
        for (String program : List.of("podman", "mmdebstrap", "unshare")) {
            if (new ProcessBuilder("sh", "-c", "command -v " + program).start().waitFor() != 0) {
                return program + " is not installed";
            }
        }
        return System.getProperty("user.name").equals("root") ? "" : "not root";
    }

    static Podman start() throws IOException, InterruptedException {
        String host = System.getenv("DOCKER_HOST");
        if (host == null || !host.startsWith(PREFIX)) {
            throw new IllegalStateException("DOCKER_HOST=" + host + " names no socket");
        }
        Path socket = Path.of(host.substring(PREFIX.length()));
        Files.deleteIfExists(socket);
        Process service =
                new ProcessBuilder(here("podman", "system", "service", "--time=0", host))
                        .inheritIO()
                        .start();
        long patience = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(START_MILLIS);
        while (!Files.exists(socket)) {
            if (!service.isAlive() || System.nanoTime() - patience > 0) {
                service.destroyForcibly();
                throw new IllegalStateException("podman's service did not start");
            }
            Thread.sleep(100);
        }
        return new Podman(service);
    }

    /** Makes an image of Debian and the JDK that runs this, unless there is one. */
    static void makeBase(String tag, Path work) throws IOException, InterruptedException {
        if (new ProcessBuilder(here("podman", "image", "exists", tag)).start().waitFor() == 0) {
            return;
        }
        Path tar = work.resolve("debian.tar");
        String release = Files.readString(Path.of("/etc/os-release"));
        String suite = release.replaceAll("(?s).*VERSION_CODENAME=(\\w+).*", "$1");
        run(
                here(
                        "mmdebstrap",
                        "--variant=minbase",
                        "--include=ca-certificates",
                        suite,
                        tar.toString()));
        run(here("podman", "import", tar.toString(), "localhost/oxbow-debian:latest"));
        Files.delete(tar);
        Path file =
                Files.writeString(
                        work.resolve("Jdk"),
                        """
                        FROM localhost/oxbow-debian:latest
                        COPY . /opt/java/openjdk
                        ENV JAVA_HOME=/opt/java/openjdk PATH=/opt/java/openjdk/bin:/usr/sbin:/usr/bin:/sbin:/bin
                        """);
        build(tag, Path.of(System.getProperty("java.home")), file, Map.of());
    }

    static void build(String tag, Path context, Path file, Map<String, String> arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("podman", "build", "--format=docker"));
        command.addAll(List.of("-q", "-t", tag, "-f", file.toString()));
        arguments.forEach((key, value) -> command.add("--build-arg=" + key + "=" + value));
        command.add(context.toString());
        run(here(command.toArray(String[]::new)));
    }

    static void run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        if (!process.waitFor(BUILD_MINUTES, TimeUnit.MINUTES)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            throw new IllegalStateException("not done in time: " + command);
        }
        if (process.exitValue() != 0) {
            throw new IllegalStateException(
                    "exit code %d of %s".formatted(process.exitValue(), command));
        }
    }

    private static List<String> here(String... words) {
        List<String> command = new ArrayList<>();
        command.add(Path.of("here").toAbsolutePath().toString());
        command.addAll(List.of(words));
        return command;
    }

    @Override
    public void close() throws InterruptedException {
        service.destroy();
        service.waitFor();
    }
}
