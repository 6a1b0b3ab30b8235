package io.oxbow.node.cli.table;

import io.oxbow.node.cli.ClientOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code oxbow table resume} */
@Command(
        name = "resume",
        mixinStandardHelpOptions = true,
        description = "Go on translating a topic where it was paused.")
final class TableResume implements Callable<Integer> {

    @Mixin ClientOptions client = new ClientOptions();

    @Parameters(paramLabel = "TOPIC", description = "The topic's name.")
    String topic = "";

    @Override
    public Integer call() throws Exception {
        TablePauseSetting.set(client, topic, false);
        return 0;
    }
}
