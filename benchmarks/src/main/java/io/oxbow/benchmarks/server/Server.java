package io.oxbow.benchmarks.server;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/** A running Kafka-compatible server: one process or several, and the directory that they share. */
public final class Server implements AutoCloseable {

    private static final Duration START_PATIENCE = Duration.ofMinutes(2);
    private static final int CALL_MILLIS = 2_000;
    private static final int RECONNECT_MILLIS = 100;

    private final Children children;
    private final Path directory;
    private final String bootstrap;
    private final List<ServerProcess> processes;

    Server(Children children, Path directory, String bootstrap, List<ServerProcess> processes) {
        this.children = children;
        this.directory = directory;
        this.bootstrap = bootstrap;
        this.processes = processes;
    }

    public String bootstrap() {
        return bootstrap;
    }

    public Path directory() {
        return directory;
    }

    /** Returns the processes that run. */
    public List<Long> pids() {
        return processes.stream().filter(ServerProcess::isStarted).map(ServerProcess::pid).toList();
    }

    /** Returns the number of nodes; their ids count from 1. */
    public int nodes() {
        return processes.size();
    }

    private ServerProcess node(int id) {
        return processes.get(id - 1);
    }

    /** Returns the usage of one node. */
    public Usage usage(int id) {
        return Usage.of(List.of(node(id).pid()));
    }

    /** Starts one node; does not wait. */
    public void launch(int id) throws IOException {
        node(id).start();
    }

    /** Kills one node by SIGKILL. */
    public void kill(int id) {
        node(id).kill();
    }

    /** Ends one node by SIGTERM. */
    public void terminate(int id) throws InterruptedException {
        node(id).terminate();
    }

    public Usage usage() {
        return Usage.of(pids());
    }

    /** Starts the processes; does not wait. */
    public void launch() throws IOException {
        for (ServerProcess each : processes) {
            each.start();
        }
    }

    /** Waits until all nodes that are started are in the cluster. */
    public void awaitReady() throws IOException, InterruptedException {
        long patience = System.nanoTime() + START_PATIENCE.toNanos();
        List<ServerProcess> started = processes.stream().filter(ServerProcess::isStarted).toList();
        try (Admin admin = admin()) {
            while (nodes(admin) < started.size()) {
                for (ServerProcess each : started) {
                    each.requireAlive();
                }
                if (System.nanoTime() - patience > 0) {
                    throw new IOException(
                            "the server was not ready after %s".formatted(START_PATIENCE));
                }
                Thread.sleep(RECONNECT_MILLIS);
            }
        }
    }

    private static int nodes(Admin admin) throws InterruptedException {
        try {
            return admin.describeCluster().nodes().get(CALL_MILLIS, TimeUnit.MILLISECONDS).size();
        } catch (ExecutionException | TimeoutException e) {
            return 0;
        }
    }

    public Admin admin() {
        var properties = new Properties();
        properties.putAll(
                Map.of(
                        AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrap,
                        AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG,
                        RECONNECT_MILLIS));
        return Admin.create(properties);
    }

    /** Kills the processes by SIGKILL. */
    public void kill() {
        processes.forEach(ServerProcess::kill);
    }

    /** Lets the processes end by themselves, for what is written at the end. */
    public void terminate() throws InterruptedException {
        for (ServerProcess each : processes) {
            each.terminate();
        }
    }

    /** Kills what runs and deletes the data. */
    @Override
    public void close() {
        kill();
        children.delete(directory);
    }
}
