package io.oxbow.node.cli.table;

import io.oxbow.node.cli.ClientOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code oxbow table pause} */
@Command(
        name = "pause",
        mixinStandardHelpOptions = true,
        description = "Stop translating a topic (table.pause=true); nothing is lost meanwhile.")
final class TablePause implements Callable<Integer> {

    @Mixin ClientOptions client = new ClientOptions();

    @Parameters(paramLabel = "TOPIC", description = "The topic's name.")
    String topic = "";

    @Override
    public Integer call() throws Exception {
        TablePauseSetting.set(client, topic, true);
        return 0;
    }
}
