package io.oxbow.node.cli;

import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaFuture;
import picocli.CommandLine.Option;

/** Where the node is, and how to print: shared by the commands that talk to one. */
public final class ClientOptions {

    private static final long TIMEOUT_SECONDS = 30;

    @Option(
            names = "--bootstrap-server",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:9092",
            description = "Kafka address of a node (default: ${DEFAULT-VALUE}).")
    String bootstrapServer = "127.0.0.1:9092";

    @Option(
            names = "--http",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:8181",
            description = "HTTP address of a node (default: ${DEFAULT-VALUE}).")
    String http = "127.0.0.1:8181";

    @Option(names = "--json", description = "Print JSON, for scripts.")
    boolean json;

    Admin admin() {
        return Admin.create(
                Map.of(
                        AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServer,
                        AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                        (int) TimeUnit.SECONDS.toMillis(TIMEOUT_SECONDS),
                        AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                        (int) TimeUnit.SECONDS.toMillis(10)));
    }

    /** Waits for an answer of the admin client and turns what it says into a message. */
    <T> T await(KafkaFuture<T> answer) throws InterruptedException {
        try {
            return answer.get(TIMEOUT_SECONDS + 5, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            if (cause instanceof org.apache.kafka.common.errors.TimeoutException) {
                throw noAnswer(cause);
            }
            throw new CommandFailure(String.valueOf(cause.getMessage()), cause);
        } catch (TimeoutException e) {
            throw noAnswer(e);
        }
    }

    private CommandFailure noAnswer(Throwable cause) {
        return new CommandFailure(
                "no answer from %s; is a node running there? ('oxbow start', or --bootstrap-server)"
                        .formatted(bootstrapServer),
                cause);
    }
}
