package io.oxbow.tidy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Shipped servers take time and chance from {@code Environment}, so that a simulation can run them.
 * Threads are {@link ThreadRootsTest}'s.
 */
final class EnvironmentTest {
    private static final Pattern BANNED =
            Pattern.compile(
                    "System\\.nanoTime\\(|System\\.currentTimeMillis\\(|Instant\\.now\\(|LocalDateTime\\.now\\("
                            + "|Clock\\.system|Thread\\.sleep\\(|LockSupport\\.parkNanos\\("
                            + "|Math\\.random\\(|ThreadLocalRandom\\.|new Random\\(");

    /** The environment itself; programs that run beside a node rather than in one. */
    private static final Set<String> FREE =
            Set.of(
                    "s3stream/src/main/java/io/oxbow/s3stream/env/",
                    "node/src/main/java/io/oxbow/node/cli/",
                    "node/src/main/java/io/oxbow/node/launch/",
                    "node/src/main/java/io/oxbow/node/quickstart/",
                    "node/src/main/java/io/oxbow/node/Training.java",
                    "simulation/",
                    "benchmarks/");

    @Test
    void serversTakeTimeAndChanceFromTheEnvironment() {
        var found = new ArrayList<String>();
        for (SourceFile file : SourceFile.shipped()) {
            if (FREE.stream().anyMatch(file.path()::startsWith)) {
                continue;
            }
            for (String call : calls(file)) {
                found.add(file.name() + ": " + call);
            }
        }
        Findings.check("environment", "ask Environment's clock and random instead", found);
    }

    private static List<String> calls(SourceFile file) {
        return BANNED.matcher(file.text())
                .results()
                .map(call -> call.group().replace("(", ""))
                .distinct()
                .toList();
    }
}
