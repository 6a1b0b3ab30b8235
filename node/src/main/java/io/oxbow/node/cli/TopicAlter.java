package io.oxbow.node.cli;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.common.config.ConfigResource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code oxbow topic alter} */
@Command(
        name = "alter",
        mixinStandardHelpOptions = true,
        description = "Change a topic's configs, or give it more partitions.")
final class TopicAlter implements Callable<Integer> {

    @Mixin ClientOptions client = new ClientOptions();

    @Spec @Nullable CommandSpec spec;

    @Parameters(paramLabel = "NAME", description = "The topic's name.")
    String name = "";

    @Option(
            names = "--config",
            paramLabel = "KEY=VALUE",
            description = "Set a config; may be repeated.")
    Map<String, String> set = new TreeMap<>();

    @Option(
            names = "--delete-config",
            paramLabel = "KEY",
            description = "Back to the default; may be repeated.")
    List<String> unset = new ArrayList<>();

    @Option(
            names = "--partitions",
            paramLabel = "N",
            description = "Grow to this number of partitions.")
    @Nullable Integer partitions;

    @Override
    public Integer call() throws Exception {
        if (set.isEmpty() && unset.isEmpty() && partitions == null) {
            throw new ParameterException(
                    java.util.Objects.requireNonNull(spec).commandLine(),
                    "nothing to change: give --config, --delete-config or --partitions");
        }
        try (var admin = client.admin()) {
            Collection<AlterConfigOp> changes = changes();
            if (!changes.isEmpty()) {
                var resource = new ConfigResource(ConfigResource.Type.TOPIC, name);
                client.await(admin.incrementalAlterConfigs(Map.of(resource, changes)).all(), name);
            }
            Integer wanted = partitions;
            if (wanted != null) {
                client.await(
                        admin.createPartitions(Map.of(name, NewPartitions.increaseTo(wanted)))
                                .all(),
                        name);
            }
        }
        Output out = Output.of(client);
        out.fact("topic %s altered".formatted(name), Map.of("topic", name));
        out.inert(set.keySet());
        return 0;
    }

    private List<AlterConfigOp> changes() {
        List<AlterConfigOp> changes = new ArrayList<>();
        set.forEach((key, value) ->
                changes.add(
                        new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET)));
        for (String key : unset) {
            changes.add(new AlterConfigOp(new ConfigEntry(key, ""), AlterConfigOp.OpType.DELETE));
        }
        return changes;
    }
}
