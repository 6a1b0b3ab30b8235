package io.oxbow.benchmarks.load;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench produce}: the producing load generator; the harness starts and steers it. */
@Command(
        name = "produce",
        mixinStandardHelpOptions = true,
        description =
                "Produces; 'open' and 'close' on stdin begin and end a window, 'quit' ends it all.")
public final class ProduceCommand implements Callable<Integer> {

    @Option(names = "--bootstrap", required = true)
    private String bootstrap = "";

    @Option(names = "--topics", required = true, split = ",")
    private List<String> topics = List.of();

    @Option(names = "--record-bytes", required = true)
    private int recordBytes;

    @Option(names = "--batch-bytes", required = true)
    private int batchBytes;

    @Option(names = "--linger-ms", required = true)
    private int lingerMillis;

    @Option(
            names = "--records-per-second",
            description = "Records per second. 0: as many as are taken.")
    private double recordsPerSecond;

    @Option(names = "--records", description = "Number of records after which it ends. 0: goes on.")
    private long records;

    @Override
    public Integer call() {
        var shape = new ProducerSettings.Shape(recordBytes, batchBytes, lingerMillis);
        var started =
                new ProducerLoad(
                        new ProducerSettings(bootstrap, topics, shape, recordsPerSecond, records),
                        new Events(System.out));

        ControlLines.follow(word -> obey(started, word));
        started.run();
        return 0;
    }

    private static void obey(ProducerLoad load, String word) {
        switch (word) {
            case "open" -> load.open();
            case "close" -> close(load);
            case ControlLines.QUIT -> load.stop();
            default -> throw new IllegalArgumentException("unknown word: " + word);
        }
    }

    private static void close(ProducerLoad load) {
        try {
            load.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
