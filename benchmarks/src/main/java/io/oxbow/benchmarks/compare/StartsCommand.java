package io.oxbow.benchmarks.compare;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** {@code bench start}: {@code bench compare} of the start's metrics alone. */
@Command(
        name = "start",
        description = {
            "Measures two times beside a stock Kafka: of a server from its start on an empty"
                    + " directory to its first acknowledgement, and of a command that lists topics.",
            "Takes the options of 'bench compare'; writes target/bench/start.json."
        })
public final class StartsCommand implements Callable<Integer> {

    @Unmatched private List<String> options = new ArrayList<>();

    @Override
    public Integer call() {
        Path results = Path.of(System.getProperty("oxbow.home", ""), "target/bench/start.json");
        List<String> all = new ArrayList<>();
        all.addAll(List.of("--metrics", "start_first_ack,start_topic_list"));
        all.addAll(List.of("--json", results.toString()));
        all.addAll(options);
        return new CommandLine(new CompareCommand())
                .setOverwrittenOptionsAllowed(true)
                .execute(all.toArray(String[]::new));
    }
}
