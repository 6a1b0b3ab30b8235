package io.oxbow.benchmarks.load;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench consume}: the consuming load generator; the harness starts and steers it. */
@Command(
        name = "consume",
        mixinStandardHelpOptions = true,
        description =
                "Consumes; on stdin, 'pass' reads the topic once, 'loop' until 'stop'; 'quit' ends it.")
public final class ConsumeCommand implements Callable<Integer> {

    @Option(names = "--bootstrap", required = true)
    private String bootstrap = "";

    @Option(names = "--topic", required = true)
    private String topic = "";

    @Override
    public Integer call() throws InterruptedException {
        BlockingQueue<String> work = new LinkedBlockingQueue<>();
        try (var load = new ConsumerLoad(bootstrap, topic, new Events(System.out))) {
            ControlLines.follow(word -> take(word, load, work));
            String word;
            while (!(word = work.take()).equals(ControlLines.QUIT)) {
                switch (word) {
                    case "pass" -> load.pass();
                    case "loop" -> load.loop();
                    default -> throw new IllegalArgumentException("unknown word: " + word);
                }
            }
        }
        return 0;
    }

    private static void take(String word, ConsumerLoad load, BlockingQueue<String> work) {
        if (word.equals("stop") || word.equals(ControlLines.QUIT)) {
            load.stop();
        }
        if (!word.equals("stop")) {
            work.add(word);
        }
    }
}
