package io.oxbow.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.oxbow.tableflow.value.WriterSchemas;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;

/** A node's registry over HTTP, with what it said remembered: an id's schema never changes. */
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

    private Optional<Schema> ask(int id) {
        try {
            Optional<JsonNode> answer = node.find("/registry/schemas/ids/" + id);
            return answer.map(json -> new Schema.Parser().parse(json.path("schema").asText()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("interrupted while asking for schema " + id, e);
        }
    }
}
