package io.oxbow.benchmarks.compare;

import io.oxbow.benchmarks.scenario.Windows;
import io.oxbow.benchmarks.scenario.Workload;
import io.oxbow.benchmarks.server.Lab;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.utils.AppInfoParser;

/** Describes the machine, the build and the settings of a measurement. */
final class Surroundings {

    private static final long MIB = 1 << 20;
    private static final long KIB = 1024;

    private Surroundings() {}

    static Map<String, String> of(Lab lab, Windows windows, int runs) {
        Map<String, String> about = new LinkedHashMap<>();
        about.put("taken", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        about.put("commit", commit(lab.home()));
        about.put("machine", field(Path.of("/proc/cpuinfo"), "model name"));
        about.put("cores", String.valueOf(Runtime.getRuntime().availableProcessors()));
        about.put("memory", memory());
        about.put("file_system", fileSystem(lab));
        about.put("jdk", Runtime.version().toString());
        about.put("kafka", AppInfoParser.getVersion());
        about.put("runs", String.valueOf(runs));
        about.put(
                "windows",
                "%d s of warm-up, %d s measured"
                        .formatted(windows.warmupSeconds(), windows.seconds()));
        about.put(
                "settings",
                "%d partitions, acks=all, idempotent, one producer, incompressible values; linger 5 ms"
                                .formatted(Workload.PARTITIONS)
                        + " with batches of 16 KiB, 20 ms with 64 KiB; heap %d MiB per server process,"
                                .formatted(lab.heapMib())
                        + " 512 MiB for the load generator, on the same machine");
        return about;
    }

    private static String commit(Path home) {
        try {
            Process git =
                    new ProcessBuilder(
                                    "git", "-C", home.toString(), "describe", "--always", "--dirty")
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            String said =
                    new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return said.isEmpty() ? "unknown" : said;
        } catch (IOException e) {
            return "unknown";
        }
    }

    private static String memory() {
        String kib = field(Path.of("/proc/meminfo"), "MemTotal").replaceAll("[^0-9]", "");
        return kib.isEmpty() ? "unknown" : Long.parseLong(kib) * KIB / MIB + " MiB";
    }

    private static String fileSystem(Lab lab) {
        try {
            return Files.getFileStore(lab.directory()).type();
        } catch (IOException e) {
            return "unknown";
        }
    }

    private static String field(Path file, String name) {
        try {
            return Files.readAllLines(file).stream()
                    .filter(line -> line.startsWith(name))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException e) {
            return "unknown";
        }
    }
}
