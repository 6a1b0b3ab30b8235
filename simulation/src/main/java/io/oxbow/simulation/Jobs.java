package io.oxbow.simulation;

import io.oxbow.simulation.scenario.Scenario;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Distributes seeds over processes of their own. A run owns its JVM's virtual threads, so two runs
 * in one JVM could wake each other.
 */
record Jobs(int count, SeedRange seeds) {

    /** Distance of the first seeds of two soaks, so that no two run the same seeds. */
    private static final long SOAK_STRIDE = 100_000_000L;

    int run(List<Scenario> scenarios, @Nullable String only, PrintWriter out)
            throws IOException, InterruptedException {
        List<Process> processes = new ArrayList<>();
        List<Thread> readers = new ArrayList<>();
        for (int job = 0; job < count; job++) {
            Process process =
                    new ProcessBuilder(command(job, only)).redirectErrorStream(true).start();
            processes.add(process);
            readers.add(Thread.ofPlatform().start(() -> copy(process, out)));
        }
        int worst = 0;
        for (int job = 0; job < count; job++) {
            worst = Math.max(worst, processes.get(job).waitFor());
            readers.get(job).join();
        }
        out.printf(
                "%s: %d jobs, %d scenarios%n",
                worst == 0 ? "clean" : "failed", count, scenarios.size());
        out.flush();
        return worst;
    }

    private List<String> command(int job, @Nullable String only) {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add(Simulate.class.getName());
        Integer minutes = seeds.soakMinutes();
        if (minutes == null) {
            long from = (long) seeds.count() * job / count;
            long to = (long) seeds.count() * (job + 1) / count;
            add(command, "--from", seeds.first() + from);
            add(command, "--seeds", Math.max(1, to - from));
        } else {
            add(command, "--from", seeds.first() + job * SOAK_STRIDE);
            add(command, "--soak", minutes);
        }
        if (seeds.keepGoing()) {
            command.add("--keep-going");
        }
        if (only != null) {
            command.addAll(List.of("--scenario", only));
        }
        return command;
    }

    private static void add(List<String> command, String option, long value) {
        command.add(option);
        command.add(Long.toString(value));
    }

    private static void copy(Process process, PrintWriter out) {
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                synchronized (out) {
                    out.println(line);
                    out.flush();
                }
            }
        } catch (IOException e) {
            out.println("a job's output ended: " + e.getMessage());
        }
    }
}
