package io.oxbow.node.cli;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponseTopic;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options of the commands that talk to a node: its addresses, and the format of the output. */
public final class ClientOptions {

    /**
     * Time after which a node that does not take a connection, or answer the first request, is
     * given up.
     */
    private static final Duration FIRST_ANSWER = Duration.ofSeconds(5);

    @Spec(Spec.Target.MIXEE)
    @Nullable CommandSpec spec;

    @Option(
            names = "--bootstrap-server",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:9092",
            description = "Kafka address of a node (default: ${DEFAULT-VALUE}).")
    public String bootstrapServer = "127.0.0.1:9092";

    @Option(
            names = "--http",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:8181",
            description = "HTTP address of a node (default: ${DEFAULT-VALUE}).")
    String http = "127.0.0.1:8181";

    @Option(names = "--json", description = "Print JSON, for scripts.")
    public boolean json;

    private Duration timeout = Duration.ofSeconds(30);

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description =
                    "Longest wait for an answer (default: ${DEFAULT-VALUE}); for the first one"
                            + " 5 at most.")
    void setTimeout(int seconds) {
        if (seconds < 1 || seconds > TimeUnit.DAYS.toSeconds(1)) {
            throw new ParameterException(
                    java.util.Objects.requireNonNull(spec).commandLine(),
                    "--timeout %d: give 1 to 86400 seconds".formatted(seconds));
        }
        timeout = Duration.ofSeconds(seconds);
    }

    public Duration timeout() {
        return timeout;
    }

    Duration firstAnswer() {
        return timeout.compareTo(FIRST_ANSWER) < 0 ? timeout : FIRST_ANSWER;
    }

    public NodeHttp node() {
        return new NodeHttp(http, firstAnswer(), timeout);
    }

    /** Returns a client of a broker that has answered once. */
    public Admin admin() {
        new KafkaDoor(bootstrapServer).knock(firstAnswer());
        int millis = (int) timeout.toMillis();
        return Admin.create(
                Map.of(
                        AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServer,
                        AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                        millis,
                        AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                        Math.min(millis, 10_000)));
    }

    /** Returns all topics, internal ones too, in no order, after one request to a broker. */
    List<MetadataResponseTopic> topics() {
        try (var broker = new KafkaDoor(bootstrapServer).enter(firstAnswer())) {
            return broker.topics(timeout);
        } catch (SocketTimeoutException e) {
            throw noAnswer(e);
        } catch (IOException e) {
            throw new CommandFailure(
                    "%s does not tell its topics: %s".formatted(bootstrapServer, e.getMessage()),
                    e);
        }
    }

    /** Waits for an answer of the admin client and turns its errors into messages. */
    public <T> T await(KafkaFuture<T> answer) throws InterruptedException {
        return await(answer, null);
    }

    /**
     * @param topic that is asked about
     */
    public <T> T await(KafkaFuture<T> answer, @Nullable String topic) throws InterruptedException {
        try {
            return answer.get(timeout.toMillis() + 1_000, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            if (cause instanceof org.apache.kafka.common.errors.TimeoutException) {
                throw noAnswer(cause);
            }
            if (cause instanceof UnknownTopicOrPartitionException && topic != null) {
                throw CommandFailure.unknownTopic(topic);
            }
            throw new CommandFailure(String.valueOf(cause.getMessage()), cause);
        } catch (TimeoutException e) {
            throw noAnswer(e);
        }
    }

    private CommandFailure noAnswer(Throwable cause) {
        return CommandFailure.noAnswer(
                "%s did not answer within %d s (--timeout)"
                        .formatted(bootstrapServer, timeout.toSeconds()),
                cause);
    }
}
