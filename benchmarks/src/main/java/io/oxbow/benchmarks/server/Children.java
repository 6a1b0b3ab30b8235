package io.oxbow.benchmarks.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The processes and directories of a measurement. However it ends, by a signal too, the processes
 * are killed and the directories deleted.
 */
public final class Children implements AutoCloseable {

    private final Set<Process> processes = ConcurrentHashMap.newKeySet();
    private final Set<Path> directories = ConcurrentHashMap.newKeySet();
    private final Thread hook = Thread.ofPlatform().unstarted(this::endAll);

    public Children() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    public Process start(ProcessBuilder builder) throws IOException {
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    /** Kills a process by SIGKILL, and waits until it is gone. */
    public void kill(Process process) {
        process.destroyForcibly();
        process.onExit().join();
        processes.remove(process);
    }

    /** Makes a directory that is deleted at the end of the measurement. */
    public Path directory(Path parent, String prefix) {
        try {
            Path made = Files.createTempDirectory(parent, prefix);
            directories.add(made);
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException("no directory can be made in " + parent, e);
        }
    }

    /** Deletes a directory and all in it. */
    public void delete(Path directory) {
        try (Stream<Path> found = Files.walk(directory)) {
            List<Path> all = found.sorted(Comparator.reverseOrder()).toList();
            for (Path each : all) {
                Files.deleteIfExists(each);
            }
        } catch (IOException | UncheckedIOException e) {
            System.err.printf("bench: %s could not be deleted: %s%n", directory, e);
        }
        directories.remove(directory);
    }

    private void endAll() {
        processes.forEach(Process::destroyForcibly);
        processes.forEach(each -> each.onExit().join());
        processes.clear();
        List.copyOf(directories).forEach(this::delete);
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException endingAnyway) {
            return; // the hook is at it
        }
        endAll();
    }
}
