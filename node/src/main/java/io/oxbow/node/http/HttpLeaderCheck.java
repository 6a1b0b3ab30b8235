package io.oxbow.node.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.oxbow.node.config.HostPort;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.s3stream.log.MetadataLog.LeaderSign;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Asks the leader over HTTP, at the endpoint that it registered. No answer proves nothing: the
 * question is left in the bucket then.
 */
public final class HttpLeaderCheck implements MetadataLog.LeaderCheck {

    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final Supplier<CoreImage> image;
    private final String own;
    private final Predicate<UUID> ended;

    /**
     * @param own the address that this process has bound; a leader elsewhere may have the same one
     * @param ended whether a process has surely ended, by its incarnation
     */
    public HttpLeaderCheck(Supplier<CoreImage> image, HostPort own, Predicate<UUID> ended) {
        this.image = image;
        this.own = own.toString();
        this.ended = ended;
    }

    @Override
    public LeaderSign ask(MetadataLog.Leadership leader) {
        if (ended.test(leader.incarnation())) {
            return LeaderSign.ENDED;
        }
        return image.get()
                        .node(leader.nodeId())
                        .filter(node -> node.incarnation().equals(leader.incarnation()))
                        .filter(node -> !node.endpoint().equals(own))
                        .filter(node -> answersAsLeader(node.endpoint(), leader))
                        .isPresent()
                ? LeaderSign.WELL
                : LeaderSign.SILENT;
    }

    private static boolean answersAsLeader(String endpoint, MetadataLog.Leadership leader) {
        var request =
                HttpRequest.newBuilder(URI.create("http://" + endpoint + "/health/leader"))
                        .timeout(PATIENCE)
                        .build();
        try (var client = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
            var response = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                return false;
            }
            JsonNode answer = new ObjectMapper().readTree(response.body());
            return leader.incarnation().toString().equals(answer.path("incarnation").asText())
                    && leader.leaderEpoch() == answer.path("leaderEpoch").asInt();
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
