package io.oxbow.node.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.oxbow.node.config.HostPort;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.log.MetadataLog;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.function.Supplier;

/** Asks the leader over HTTP, at the endpoint that it registered. No answer counts as not well. */
public final class HttpLeaderCheck implements MetadataLog.LeaderCheck {

    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Supplier<CoreImage> image;
    private final String own;

    /**
     * @param own the address that this process has bound: whoever registered it before is gone
     */
    public HttpLeaderCheck(Supplier<CoreImage> image, HostPort own) {
        this.image = image;
        this.own = own.toString();
    }

    @Override
    public boolean isWell(MetadataLog.Leadership leader) {
        return image.get()
                .node(leader.nodeId())
                .filter(node -> node.incarnation().equals(leader.incarnation()))
                .filter(node -> !node.fenced())
                .filter(node -> !node.endpoint().equals(own))
                .map(node -> answersAsLeader(node.endpoint(), leader))
                .orElse(false);
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
            JsonNode answer = MAPPER.readTree(response.body());
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
