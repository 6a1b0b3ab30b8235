package io.oxbow.benchmarks.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.oxbow.benchmarks.server.Lab;
import io.oxbow.benchmarks.server.LoadProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Measures the write-ahead log at full speed, then fio on the same file with the same flags. fio
 * writes with the size that the log came to, as many writes at a time.
 */
public final class WalScenario implements Scenario {

    private static final long CAPACITY_BYTES = 1L << 30;
    private static final int BLOCK_BYTES = 4096;
    private static final int SLACK_SECONDS = 60;
    private static final double MIB = 1 << 20;

    private @Nullable Trace last;

    /** The file that the log leaves to fio, and the size and number of its writes. */
    private record Trace(Path directory, long writeBytes, int inFlight) {
        Path file() {
            return directory.resolve("wal");
        }

        String title() {
            return "writes of %d KiB, %d at a time, O_DIRECT and O_DSYNC"
                    .formatted(writeBytes / 1024, inFlight);
        }
    }

    @Override
    public String title() {
        return "the write-ahead log alone";
    }

    @Override
    public int estimateSeconds(Contender contender, Windows windows) {
        return windows.estimateSeconds(1);
    }

    @Override
    public Figures run(Contender contender, Lab lab, Windows windows)
            throws IOException, InterruptedException {
        return contender == Contender.FIO ? fio(windows) : log(lab, windows);
    }

    private Figures log(Lab lab, Windows windows) throws IOException, InterruptedException {
        forget(lab);
        Path directory = lab.children().directory(lab.directory(), "wal-");
        List<String> options =
                List.of(
                        "--file=" + directory.resolve("wal"),
                        "--capacity-bytes=" + CAPACITY_BYTES,
                        "--warmup=" + windows.warmupSeconds(),
                        "--seconds=" + windows.seconds());
        var patience = Duration.ofSeconds(SLACK_SECONDS + windows.estimateSeconds(1));
        try (LoadProcess load = LoadProcess.start(lab, directory, "wal", options)) {
            JsonNode ended = load.await("ended", patience);
            long written = ended.path("bytes_per_write").asLong();
            long blocks = Math.max(1, Math.round(written / (double) BLOCK_BYTES));
            var trace = new Trace(directory, blocks * BLOCK_BYTES, ended.path("in_flight").asInt());
            last = trace;
            return figures(
                    ended.path("bytes").asDouble() / ended.path("seconds").asDouble(),
                    trace.title());
        }
    }

    private void forget(Lab lab) {
        if (last != null) {
            lab.children().delete(last.directory());
            last = null;
        }
    }

    private Figures fio(Windows windows) throws IOException, InterruptedException {
        Trace trace = last;
        if (trace == null) {
            throw new IOException("the write-ahead log was not measured, so fio has no size");
        }
        Process fio = start(trace, windows);
        String said = new String(fio.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (fio.waitFor() != 0) {
            throw new IOException("fio ended with exit code " + fio.exitValue() + ": " + said);
        }
        JsonNode job =
                new ObjectMapper().readTree(said.substring(said.indexOf('{'))).path("jobs").path(0);
        return figures(job.path("write").path("bw_bytes").asDouble(), trace.title());
    }

    private static Process start(Trace trace, Windows windows) throws IOException {
        try {
            return new ProcessBuilder(
                            "fio",
                            "--name=wal",
                            "--filename=" + trace.file(),
                            "--size=" + CAPACITY_BYTES,
                            "--rw=write",
                            "--ioengine=libaio",
                            "--direct=1",
                            "--sync=dsync",
                            "--bs=" + trace.writeBytes(),
                            "--iodepth=" + trace.inFlight(),
                            "--time_based",
                            "--ramp_time=" + Math.min(5, windows.warmupSeconds()),
                            "--runtime=" + windows.seconds(),
                            "--output-format=json")
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            throw new IOException("fio does not start; install fio", e);
        }
    }

    private static Figures figures(double bytesPerSecond, String note) {
        return new Figures(
                Map.of(Quantity.WAL_MIB_PER_SECOND, bytesPerSecond / MIB), List.of(note));
    }
}
