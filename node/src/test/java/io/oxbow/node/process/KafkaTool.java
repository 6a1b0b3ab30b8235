package io.oxbow.node.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs Kafka's own command-line tools, unmodified, against a node. */
public final class KafkaTool {

    private KafkaTool() {}

    /**
     * Runs a tool to its end.
     *
     * @param main class, by its whole name, or in the package of most tools
     */
    public static Outcome tool(OxbowProcess node, String main, String... arguments)
            throws Exception {
        List<String> command = command(main, node);
        command.addAll(List.of(arguments));
        return Outcome.of(command);
    }

    /** Runs {@code kafka-cluster unregister}, which wants its address after its command. */
    public static Outcome unregister(OxbowProcess node, int id) throws Exception {
        List<String> command = java("ClusterTool");
        command.addAll(
                List.of(
                        "unregister",
                        "--bootstrap-server",
                        node.kafka(),
                        "--id",
                        Integer.toString(id)));
        return Outcome.of(command);
    }

    static List<String> command(String main, OxbowProcess node) {
        List<String> command = java(main);
        command.add("--bootstrap-server");
        command.add(node.kafka());
        return command;
    }

    private static List<String> java(String main) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:TieredStopAtLevel=1");
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(main.contains(".") ? main : "org.apache.kafka.tools." + main);
        return command;
    }
}
