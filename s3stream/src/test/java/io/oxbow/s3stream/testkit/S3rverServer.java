package io.oxbow.s3stream.testkit;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Npm package s3rver: a store that must be refused. It is fetched once. */
public final class S3rverServer extends S3Server {

    private static final String PACKAGE = "s3rver@3.7.1";

    private S3rverServer(int port) {
        super(URI.create("http://127.0.0.1:" + port), "S3RVER", "S3RVER");
    }

    public static S3rverServer start() throws IOException, InterruptedException {
        Path home = Path.of("target", "servers", "s3rver").toAbsolutePath();
        Path program = home.resolve("node_modules/s3rver/bin/s3rver.js");
        if (!Files.exists(program)) {
            Files.createDirectories(home);
            ServerProcess.run(home, List.of("npm", "install", "--silent", PACKAGE));
        }
        Path directory = Files.createTempDirectory("oxbow-s3rver");
        int port = ServerProcess.freePort();
        var server = new S3rverServer(port);
        server.atClose(() -> deleteTree(directory));
        try {
            server.launch(directory, program, port);
            return server;
        } catch (IOException | InterruptedException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private void launch(Path directory, Path program, int port)
            throws IOException, InterruptedException {
        Path data = Files.createDirectory(directory.resolve("data"));
        started(
                ServerProcess.start(
                                "s3rver",
                                directory,
                                List.of(
                                        "node",
                                        program.toString(),
                                        "-d",
                                        data.toString(),
                                        "-a",
                                        "127.0.0.1",
                                        "-p",
                                        String.valueOf(port),
                                        "--no-vhost-buckets",
                                        "--silent"))
                        .awaitPort(port, Duration.ofSeconds(60)));
    }
}
