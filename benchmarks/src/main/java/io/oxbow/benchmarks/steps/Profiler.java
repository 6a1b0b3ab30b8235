package io.oxbow.benchmarks.steps;

import com.sun.tools.attach.AgentInitializationException;
import com.sun.tools.attach.AgentLoadException;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** Runs async-profiler in another JVM: CPU time of all of its threads, a sample per millisecond. */
final class Profiler {

    private final Path library;

    private Profiler(Path library) {
        this.library = library;
    }

    /** Puts the library of this machine into {@code directory}. */
    static Profiler in(Path directory) throws IOException {
        String machine = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "x64";
        String resource = "/linux-%s/libasyncProfiler.so".formatted(machine);
        Path library = directory.resolve("libasyncProfiler.so");
        try (InputStream in = Profiler.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException("async-profiler has no %s".formatted(resource));
            }
            Files.copy(in, library, StandardCopyOption.REPLACE_EXISTING);
        }
        return new Profiler(library);
    }

    void start(long pid) throws IOException {
        command(pid, "start,event=ctimer,interval=1ms");
    }

    /** Returns the stacks that were sampled since the start, collapsed. */
    List<String> stop(long pid, Path file) throws IOException {
        command(pid, "stop,collapsed,file=" + file);
        return Files.readAllLines(file);
    }

    private void command(long pid, String options) throws IOException {
        try {
            VirtualMachine machine = VirtualMachine.attach(String.valueOf(pid));
            try {
                machine.loadAgentPath(library.toString(), options);
            } finally {
                machine.detach();
            }
        } catch (AttachNotSupportedException
                | AgentLoadException
                | AgentInitializationException e) {
            throw new IOException(
                    "async-profiler cannot be told '%s' in process %d".formatted(options, pid), e);
        }
    }
}
