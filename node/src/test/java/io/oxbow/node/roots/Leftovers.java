package io.oxbow.node.roots;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Threads of a closed node that run on, virtual ones too, found in a dump of the process. */
final class Leftovers {

    private static final String PRODUCT = "io.oxbow.";
    private static final String TEST = PRODUCT + "node.roots.";

    /** A clock's own thread, an idle daemon that ends with the process. */
    private static final String CLOCK = "oxbow-timer";

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final HotSpotDiagnosticMXBean process =
            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    private final Path directory;

    /**
     * @param directory for the dumps
     */
    Leftovers(Path directory) {
        this.directory = directory;
    }

    /** Returns the stacks of all threads that are in the product's code, or are named after it. */
    List<String> threads() throws IOException {
        Path dump = directory.resolve(UUID.randomUUID() + ".json");
        process.dumpThreads(dump.toAbsolutePath().toString(), ThreadDumpFormat.JSON);
        List<String> found = new ArrayList<>();
        JsonNode containers =
                MAPPER.readTree(dump.toFile()).path("threadDump").path("threadContainers");
        for (JsonNode container : containers) {
            for (JsonNode thread : container.path("threads")) {
                if (isOfTheProduct(thread)) {
                    found.add(describe(thread));
                }
            }
        }
        Files.delete(dump);
        return found;
    }

    private static boolean isOfTheProduct(JsonNode thread) {
        String name = thread.path("name").asText();
        if (name.startsWith("oxbow-") && !name.equals(CLOCK)) {
            return true;
        }
        for (JsonNode frame : thread.path("stack")) {
            String text = frame.asText();
            if (text.contains(PRODUCT) && !text.contains(TEST)) {
                return true;
            }
        }
        return false;
    }

    private static String describe(JsonNode thread) {
        var text = new StringBuilder("thread " + thread.path("name").asText());
        thread.path("stack").forEach(frame -> text.append("\n    ").append(frame.asText()));
        return text.toString();
    }
}
