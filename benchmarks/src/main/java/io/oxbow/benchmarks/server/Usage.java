package io.oxbow.benchmarks.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/**
 * Resources that processes have used, from /proc.
 *
 * @param cpuSeconds in user and kernel mode, since they began
 * @param peakRssBytes the sum of each one's peak
 */
public record Usage(double cpuSeconds, long peakRssBytes) {

    /** Kernel's unit of CPU time towards programs, on every architecture of ours. */
    private static final double TICKS_PER_SECOND = 100;

    private static final int UTIME_AFTER_NAME = 11;
    private static final long KIB = 1024;

    /** Returns the usage of all these processes together. */
    public static Usage of(Collection<Long> pids) {
        double cpu = 0;
        long rss = 0;
        for (long pid : pids) {
            Path proc = Path.of("/proc", String.valueOf(pid));
            try {
                cpu += cpuSeconds(Files.readString(proc.resolve("stat")));
                rss += peakRssBytes(Files.readAllLines(proc.resolve("status")));
            } catch (IOException e) {
                throw new UncheckedIOException("process %d of a server ended".formatted(pid), e);
            }
        }
        return new Usage(cpu, rss);
    }

    /**
     * Parses the CPU time of a process's stat line, whose name in parentheses may hold spaces and
     * parentheses itself.
     */
    static double cpuSeconds(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        long ticks =
                Long.parseLong(fields[UTIME_AFTER_NAME])
                        + Long.parseLong(fields[UTIME_AFTER_NAME + 1]);
        return ticks / TICKS_PER_SECOND;
    }

    static long peakRssBytes(List<String> status) {
        for (String line : status) {
            if (line.startsWith("VmHWM:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) * KIB;
            }
        }
        throw new IllegalArgumentException("no VmHWM in " + status);
    }
}
