package io.oxbow.benchmarks.load;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.util.function.Consumer;

/** Writes a load generator's events: one line of JSON on stdout per event, written at once. */
final class Events {

    private final ObjectMapper mapper = new ObjectMapper();
    private final PrintStream out;

    Events(PrintStream out) {
        this.out = out;
    }

    void tell(String event, Consumer<ObjectNode> fields) {
        ObjectNode line = mapper.createObjectNode().put("event", event);
        fields.accept(line);
        String text = line.toString();
        synchronized (out) {
            out.println(text);
            out.flush();
        }
    }

    void tell(String event) {
        tell(event, line -> {});
    }
}
