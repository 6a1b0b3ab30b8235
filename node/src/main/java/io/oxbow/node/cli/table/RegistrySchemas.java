package io.oxbow.node.cli.table;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.oxbow.node.cli.CommandFailure;
import io.oxbow.node.cli.NodeHttp;
import io.oxbow.tableflow.value.WriterSchemas;
import java.net.URLEncoder;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;

/**
 * A client of a node's registry over HTTP that remembers the answers: an id's schema never changes.
 */
final class RegistrySchemas implements WriterSchemas {

    private final NodeHttp node;
    private final Map<Integer, Optional<Schema>> known = new HashMap<>();

    RegistrySchemas(NodeHttp node) {
        this.node = node;
    }

    @Override
    public Optional<Schema> byId(int id) {
        return known.computeIfAbsent(id, this::ask);
    }

    /** Adds the schemas that one refers to, each after those that it refers to itself. */
    private void collect(JsonNode schema, Map<String, String> texts) throws InterruptedException {
        for (JsonNode reference : schema.path("references")) {
            String subject = URLEncoder.encode(reference.path("subject").asText(), UTF_8);
            String path =
                    "/registry/subjects/%s/versions/%d?deleted=true"
                            .formatted(
                                    subject.replace("+", "%20"), reference.path("version").asInt());
            if (!texts.containsKey(path)) {
                JsonNode referred =
                        node.find(path)
                                .orElseThrow(() ->
                                        new CommandFailure(
                                                "the registry has no %s, which a schema refers to"
                                                        .formatted(path)));
                collect(referred, texts);
                texts.put(path, referred.path("schema").asText());
            }
        }
    }

    private Optional<Schema> ask(int id) {
        try {
            Optional<JsonNode> answer = node.find("/registry/schemas/ids/" + id);
            if (answer.isEmpty()) {
                return Optional.empty();
            }
            Map<String, String> texts = new LinkedHashMap<>();
            collect(answer.get(), texts);
            Schema.Parser parser = new Schema.Parser();
            texts.values().forEach(parser::parse);
            return Optional.of(parser.parse(answer.get().path("schema").asText()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("interrupted while asking for schema " + id, e);
        }
    }
}
