package io.oxbow.s3stream.testkit;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** S3Proxy over a local directory, in a JVM of its own: a second implementation of S3. */
public final class S3ProxyServer extends S3Server {

    private final int securePort;

    private S3ProxyServer(int port, int securePort) {
        super(URI.create("http://127.0.0.1:" + port), "oxbow-key", "oxbow-secret");
        this.securePort = securePort;
    }

    /** Returns the endpoint for TLS, of a server that has a key store. */
    public URI secureEndpoint() {
        return URI.create("https://127.0.0.1:" + securePort);
    }

    /**
     * Returns the path at which the build puts S3Proxy, seen from this module or from a sibling.
     */
    public static Path jar() {
        return Stream.of("target/servers", "../s3stream/target/servers")
                .map(directory -> Path.of(directory, "s3proxy.jar").toAbsolutePath().normalize())
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(
                        () -> new IllegalStateException("the build of s3stream makes s3proxy.jar"));
    }

    public static S3ProxyServer start() throws IOException, InterruptedException {
        return start(ServerProcess.freePort(), "");
    }

    /**
     * Starts a server that listens with TLS, too.
     *
     * @param keyStore PKCS #12, with the server's key
     */
    public static S3ProxyServer startSecure(Path keyStore, String password)
            throws IOException, InterruptedException {
        int securePort = ServerProcess.freePort();
        return start(
                securePort,
                """
                s3proxy.secure-endpoint=https://127.0.0.1:%d
                s3proxy.keystore-path=%s
                s3proxy.keystore-password=%s
                """
                        .formatted(securePort, keyStore, password));
    }

    private static S3ProxyServer start(int securePort, String secureConfig)
            throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("oxbow-s3proxy");
        int port = ServerProcess.freePort();
        var server = new S3ProxyServer(port, securePort);
        server.atClose(() -> deleteTree(directory));
        try {
            server.launch(directory, port, secureConfig);
            return server;
        } catch (IOException | InterruptedException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private void launch(Path directory, int port, String secureConfig)
            throws IOException, InterruptedException {
        Path data = Files.createDirectory(directory.resolve("data"));
        Path config = directory.resolve("s3proxy.properties");
        Files.writeString(
                config,
                """
                s3proxy.endpoint=http://127.0.0.1:%d
                s3proxy.authorization=aws-v2-or-v4
                s3proxy.identity=%s
                s3proxy.credential=%s
                jclouds.provider=filesystem-nio2
                jclouds.filesystem.basedir=%s
                """
                                .formatted(port, accessKeyId(), secretAccessKey(), data)
                        + secureConfig);
        String java = ProcessHandle.current().info().command().orElse("java");
        List<String> command =
                List.of(
                        java,
                        "-Xmx300m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-jar",
                        jar().toString(),
                        "--properties",
                        config.toString());
        started(
                ServerProcess.start("s3proxy", directory, command)
                        .awaitPort(port, Duration.ofSeconds(60)));
    }
}
