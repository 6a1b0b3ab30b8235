package io.oxbow.s3stream.testkit;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;

/** Adobe's S3Mock: a store that must be refused. Maven fetches its libraries once. */
public final class S3MockServer extends S3Server {

    private static final String POM = "/servers/s3mock/pom.xml";

    private S3MockServer(int port) {
        super(URI.create("http://127.0.0.1:" + port), "oxbow-key", "oxbow-secret");
    }

    public static S3MockServer start() throws IOException, InterruptedException {
        Path libraries = Path.of("target", "servers", "s3mock").toAbsolutePath();
        if (!Files.isDirectory(libraries)) {
            fetch(libraries);
        }
        Path directory = Files.createTempDirectory("oxbow-s3mock");
        int port = ServerProcess.freePort();
        var server = new S3MockServer(port);
        server.atClose(() -> deleteTree(directory));
        try {
            server.launch(directory, libraries, port);
            return server;
        } catch (IOException | InterruptedException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private static void fetch(Path libraries) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("oxbow-s3mock-pom");
        Path unfinished = directory.resolve("lib");
        try (InputStream pom = S3MockServer.class.getResourceAsStream(POM)) {
            Files.copy(pom, directory.resolve("pom.xml"), StandardCopyOption.REPLACE_EXISTING);
            ServerProcess.run(
                    directory,
                    List.of(
                            "mvn",
                            "-B",
                            "-q",
                            "org.apache.maven.plugins:maven-dependency-plugin:3.8.1"
                                    + ":copy-dependencies",
                            "-DoutputDirectory=" + unfinished));
            Files.createDirectories(libraries.getParent());
            Files.createDirectory(libraries);
            try (var jars = Files.newDirectoryStream(unfinished)) {
                for (Path jar : jars) {
                    Files.copy(jar, libraries.resolve(jar.getFileName()));
                }
            }
        } finally {
            deleteTree(directory);
        }
    }

    private void launch(Path directory, Path libraries, int port)
            throws IOException, InterruptedException {
        List<String> command =
                List.of(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-Xmx400m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        libraries + File.separator + "*",
                        "com.adobe.testing.s3mock.S3MockApplication",
                        "--server.port=0",
                        "--http.port=" + port);
        started(
                ServerProcess.start("s3mock", directory, command)
                        .awaitPort(port, Duration.ofSeconds(90)));
    }
}
