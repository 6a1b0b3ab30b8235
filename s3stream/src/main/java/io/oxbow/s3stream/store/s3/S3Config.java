package io.oxbow.s3stream.store.s3;

import io.oxbow.s3stream.store.ObjectStores;
import io.oxbow.s3stream.store.RetryPolicy;
import io.oxbow.s3stream.store.Secret;
import io.oxbow.s3stream.store.StoreOptions;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Configuration of an S3 bucket. */
public record S3Config(
        String bucket, Address address, Credentials credentials, Writing writing, Limits limits) {

    public S3Config {
        require(
                !bucket.isEmpty() && !bucket.contains("/"),
                "bucket '%s' has no valid name",
                bucket);
    }

    /**
     * Returns the configuration of {@code bucket} by the options of {@link ObjectStores#open}.
     *
     * @throws IllegalArgumentException that names the option, its value and what is allowed
     */
    public static S3Config of(String bucket, StoreOptions options) {
        return new S3Options(options).config(bucket);
    }

    /**
     * Address of the bucket's servers.
     *
     * @param endpoint empty for the region's own
     * @param pathStyle {@code endpoint/bucket/key} instead of {@code bucket.endpoint/key}
     * @param trust empty for what the JVM trusts
     */
    public record Address(
            Optional<URI> endpoint, String region, boolean pathStyle, Optional<TrustStore> trust) {
        public Address {
            require(!region.isEmpty(), "%s must not be empty", S3Options.REGION);
            endpoint.ifPresent(Address::check);
        }

        private static void check(URI endpoint) {
            boolean http =
                    "http".equals(endpoint.getScheme()) || "https".equals(endpoint.getScheme());
            require(
                    endpoint.getRawUserInfo() == null,
                    "%s must not carry a user or password; keys have options of their own",
                    S3Options.ENDPOINT);
            require(
                    http && endpoint.getHost() != null,
                    "%s is '%s'; it must be http://HOST[:PORT] or https://HOST[:PORT]",
                    S3Options.ENDPOINT,
                    endpoint);
        }
    }

    /**
     * Certificate authorities that are trusted for the servers' certificates.
     *
     * @param file certificates in PEM, or a key store in PKCS #12 or JKS
     * @param password of a key store; empty if it has none
     */
    public record TrustStore(Path file, Optional<Secret> password) {}

    /** Source of the keys that requests are signed with. */
    public sealed interface Credentials {

        /**
         * Keys by the SDK's chain: system properties, environment variables, a web identity's
         * token, the default profile, the container's service, the instance's service.
         */
        record Chain() implements Credentials {}

        /** Keys of a profile in the shared configuration files, by name. */
        record Profile(String name) implements Credentials {}

        /** Keys as given. */
        record Static(String accessKeyId, Secret secretAccessKey, Optional<Secret> sessionToken)
                implements Credentials {}
    }

    /**
     * Settings for writing objects.
     *
     * @param partSizeBytes bodies larger than this go up in parts of this size
     */
    public record Writing(Encryption encryption, Checksum checksum, int partSizeBytes) {

        /**
         * Least size in bytes of a part that is not the last; S3's own limit, as is the next one.
         */
        static final int PART_SIZE_MIN = 5 << 20;

        static final int PART_SIZE_MAX = 1 << 30;

        public Writing {
            require(
                    partSizeBytes >= PART_SIZE_MIN && partSizeBytes <= PART_SIZE_MAX,
                    "%s is %s; allowed are %s to %s",
                    S3Options.PART_SIZE,
                    partSizeBytes,
                    PART_SIZE_MIN,
                    PART_SIZE_MAX);
        }
    }

    /** Encryption by the store of the objects that it keeps. */
    public sealed interface Encryption {
        /** Encryption as the bucket's own setting says. */
        record BucketDefault() implements Encryption {}

        /** Encryption with keys of the store (SSE-S3). */
        record StoreKeys() implements Encryption {}

        /**
         * Encryption with a key of the key service.
         *
         * @param key its id or ARN; empty for the account's default key
         * @param twice in two layers (DSSE-KMS)
         */
        record KeyService(Optional<String> key, boolean twice) implements Encryption {}
    }

    /** Checksum sent with a body, by which the store verifies that it arrived whole. */
    public enum Checksum {
        CRC32C,
        /** Checksum in the {@code Content-MD5} header, for stores that know no other. */
        MD5,
        NONE
    }

    /** Limits of connections and times. */
    public record Limits(
            int connectionsMax,
            Duration connectTimeout,
            Duration silenceTimeout,
            Duration requestTimeout,
            RetryPolicy retries) {

        private static final int SLOWEST_BYTES_PER_SECOND = 1 << 20;

        public Limits {
            require(connectionsMax >= 1, "%s is %s", S3Options.CONNECTIONS_MAX, connectionsMax);
            require(connectTimeout.isPositive(), "connectTimeout is %s", connectTimeout);
            require(silenceTimeout.isPositive(), "silenceTimeout is %s", silenceTimeout);
            require(
                    requestTimeout.isPositive(),
                    "%s is %s",
                    S3Options.REQUEST_TIMEOUT,
                    requestTimeout);
        }

        public static Limits defaults() {
            return new Limits(
                    128,
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(30),
                    RetryPolicy.defaults());
        }

        /**
         * Returns the time-out for a request with a body of {@code size} bytes, sent or received.
         */
        public Duration timeout(long size) {
            return requestTimeout.plusSeconds(size / SLOWEST_BYTES_PER_SECOND);
        }
    }

    private static void require(boolean holds, String message, Object... values) {
        if (!holds) {
            throw new IllegalArgumentException(message.formatted(values));
        }
    }
}
