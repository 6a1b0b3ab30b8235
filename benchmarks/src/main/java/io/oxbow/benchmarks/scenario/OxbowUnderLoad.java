package io.oxbow.benchmarks.scenario;

import io.oxbow.benchmarks.server.Lab;
import io.oxbow.benchmarks.server.LoadProcess;
import io.oxbow.benchmarks.server.OxbowServers;
import io.oxbow.benchmarks.server.RequestCounts;
import io.oxbow.benchmarks.server.Server;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Nodes of an Oxbow with a producer that sends to them. */
public final class OxbowUnderLoad implements AutoCloseable {

    private static final String TOPIC = "load";

    private final Server server;
    private final LoadProcess load;

    private OxbowUnderLoad(Server server, LoadProcess load) {
        this.server = server;
        this.load = load;
    }

    /** Starts node and producer. */
    public static OxbowUnderLoad start(Lab lab, Workload workload)
            throws IOException, InterruptedException {
        return start(lab, 1, workload, Map.of());
    }

    /**
     * Starts nodes and producer.
     *
     * @param settings of each node, beside its defaults
     */
    public static OxbowUnderLoad start(
            Lab lab, int nodes, Workload workload, Map<String, String> settings)
            throws IOException, InterruptedException {
        Server server = OxbowServers.start(lab, nodes, settings);
        Topics.create(server, Contender.OXBOW, List.of(TOPIC), Workload.PARTITIONS);
        return new OxbowUnderLoad(server, ProduceScenario.produce(lab, server, TOPIC, workload));
    }

    public long pid() {
        return server.pids().getFirst();
    }

    public MeasuredWindow measure(int seconds) throws IOException, InterruptedException {
        return MeasuredWindow.measure(load, server, seconds);
    }

    /** Returns the nodes' requests to their bucket since they began. */
    public RequestCounts requests() throws IOException, InterruptedException {
        return OxbowServers.requests(server);
    }

    /** Ends the producer; the nodes go on. */
    public void endLoad() {
        load.close();
    }

    @Override
    public void close() {
        load.close();
        server.close();
    }
}
