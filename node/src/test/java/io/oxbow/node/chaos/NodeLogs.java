package io.oxbow.node.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The nodes' logs, in which components tell of failures that nobody expected. */
final class NodeLogs {

    private static final String FAILURE = ": unexpected failure";

    private NodeLogs() {}

    static List<Finding> check(Path directory) throws IOException {
        List<Finding> findings = new ArrayList<>();
        try (var files = Files.newDirectoryStream(directory, "*.log")) {
            for (Path file : files) {
                List<String> lines = Files.readAllLines(file);
                for (int i = 0; i < lines.size(); i++) {
                    if (lines.get(i).contains(FAILURE)) {
                        String cause = i + 1 < lines.size() ? lines.get(i + 1) : "";
                        findings.add(
                                new Finding(
                                        Finding.Kind.UNEXPECTED_FAILURE,
                                        "%s:%d: %s: %s"
                                                .formatted(
                                                        file.getFileName(),
                                                        i + 1,
                                                        lines.get(i),
                                                        cause)));
                    }
                }
            }
        }
        return findings;
    }
}
