package io.oxbow.benchmarks.load;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench wal}: the write-ahead log by itself, as fast as it goes. */
@Command(
        name = "wal",
        mixinStandardHelpOptions = true,
        description = "Appends to a write-ahead log; tells how much became durable.")
public final class WalCommand implements Callable<Integer> {

    @Option(names = "--file", required = true)
    private Path file = Path.of("");

    @Option(names = "--capacity-bytes", required = true)
    private long capacityBytes;

    @Option(names = "--warmup", required = true)
    private int warmupSeconds;

    @Option(names = "--seconds", required = true)
    private int seconds;

    @Override
    public Integer call() throws IOException, InterruptedException {
        new WalLoad(file, capacityBytes).run(warmupSeconds, seconds, new Events(System.out));
        return 0;
    }
}
