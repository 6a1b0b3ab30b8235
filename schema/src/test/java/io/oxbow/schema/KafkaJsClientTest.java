package io.oxbow.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** KafkaJS's registry client, as its users have it from npm, against the registry. */
@Tag("slow")
@Tag("npm")
final class KafkaJsClientTest {

    private static final Path DIRECTORY = Path.of("target", "kafkajs").toAbsolutePath();

    @BeforeEach
    void install() throws Exception {
        boolean present = isOnPath("node") && isOnPath("npm");
        if (!present) {
            assertThat(System.getenv("OXBOW_REQUIRE_ALL"))
                    .as("node and npm are wanted, and aren't on the path")
                    .isNotEqualTo("1");
            System.err.println("SKIPPED KafkaJsClientTest: node or npm is not on the path");
        }
        Assumptions.assumeTrue(present);
        Files.createDirectories(DIRECTORY);
        copy("package.json");
        copy("client.js");
        if (!Files.exists(DIRECTORY.resolve("node_modules/.package-lock.json"))) {
            run(
                    List.of(
                            "npm",
                            "install",
                            "--no-fund",
                            "--no-audit",
                            "--ignore-scripts",
                            "--loglevel=error"));
        }
    }

    @Test
    void registersEncodesDecodesAndIsRefused() throws Exception {
        try (RegistryServer server = new RegistryServer(new InMemorySchemaLog())) {
            assertThat(run(List.of("node", "client.js", server.uri())))
                    .endsWith("{\"ids\":[1,2,3]}\n");
        }
    }

    private static boolean isOnPath(String program) {
        for (String folder : System.getenv("PATH").split(java.io.File.pathSeparator)) {
            if (Files.isExecutable(Path.of(folder, program))) {
                return true;
            }
        }
        return false;
    }

    private static void copy(String name) throws IOException {
        try (InputStream in =
                Objects.requireNonNull(
                        KafkaJsClientTest.class.getResourceAsStream("/kafkajs/" + name))) {
            Files.copy(in, DIRECTORY.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static String run(List<String> command) throws Exception {
        Process process =
                new ProcessBuilder(command)
                        .directory(DIRECTORY.toFile())
                        .redirectErrorStream(true)
                        .start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
