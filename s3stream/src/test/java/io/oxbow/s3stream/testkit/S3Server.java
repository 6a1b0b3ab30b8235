package io.oxbow.s3stream.testkit;

import io.oxbow.s3stream.store.s3.S3Options;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** S3 server on loopback that a test started. */
public abstract class S3Server implements AutoCloseable {

    private final URI endpoint;
    private final String accessKeyId;
    private final String secretAccessKey;
    private final Deque<AutoCloseable> toClose = new ArrayDeque<>();

    protected S3Server(URI endpoint, String accessKeyId, String secretAccessKey) {
        this.endpoint = endpoint;
        this.accessKeyId = accessKeyId;
        this.secretAccessKey = secretAccessKey;
    }

    public final URI endpoint() {
        return endpoint;
    }

    public final String accessKeyId() {
        return accessKeyId;
    }

    public final String secretAccessKey() {
        return secretAccessKey;
    }

    /**
     * Returns the options with which a store (and Iceberg's S3FileIO) reaches this server, in parts
     * of 16 MiB.
     */
    public final Map<String, String> options() {
        return Map.of(
                S3Options.ENDPOINT,
                endpoint.toString(),
                S3Options.REGION,
                "us-east-1",
                S3Options.PATH_STYLE_ACCESS,
                "true",
                S3Options.PART_SIZE,
                String.valueOf(16 << 20),
                S3Options.ACCESS_KEY_ID,
                accessKeyId,
                S3Options.SECRET_ACCESS_KEY,
                secretAccessKey);
    }

    /** Makes a bucket and returns its URI. */
    public final String createBucket(String name) {
        try (var client = client()) {
            client.createBucket(request -> request.bucket(name));
        }
        return "s3://" + name;
    }

    /** Returns a plain client of this server; the caller closes it. */
    public final S3Client client() {
        return S3Client.builder()
                .endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .credentialsProvider(
                        StaticCredentialsProvider.create(
                                AwsBasicCredentials.create(accessKeyId, secretAccessKey)))
                .build();
    }

    protected final void started(ServerProcess process) {
        atClose(process);
    }

    /** Adds a resource to close with the server; the last one added is closed first. */
    protected final void atClose(AutoCloseable resource) {
        toClose.push(resource);
    }

    @Override
    public final void close() {
        while (!toClose.isEmpty()) {
            try {
                toClose.pop().close();
            } catch (Exception e) {
                System.err.println("while ending " + getClass().getSimpleName() + ": " + e);
            }
        }
    }

    protected static void deleteTree(Path directory) {
        try (var paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
