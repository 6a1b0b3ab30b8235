package io.oxbow.s3stream.store;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which S3 bucket, and how it is talked to.
 *
 * @param endpoint empty for the region's own
 * @param pathStyle {@code endpoint/bucket/key} instead of {@code bucket.endpoint/key}
 * @param credentials empty for the SDK's default chain
 * @param partSizeBytes bodies larger than this go up in parts of this size
 * @param attemptsMax how often a call that may be repeated is made at most
 * @param socketTimeout how long a silent connection is waited for
 */
public record S3Config(
        String bucket,
        Optional<URI> endpoint,
        String region,
        boolean pathStyle,
        Optional<StaticCredentials> credentials,
        int connectionsMax,
        int partSizeBytes,
        int attemptsMax,
        Duration connectTimeout,
        Duration socketTimeout) {

    public static final String ENDPOINT = "s3.endpoint";
    public static final String REGION = "s3.region";
    public static final String PATH_STYLE_ACCESS = "s3.path-style-access";
    public static final String ACCESS_KEY_ID = "s3.access-key-id";
    public static final String SECRET_ACCESS_KEY = "s3.secret-access-key";

    private static final Set<String> KNOWN =
            Set.of(ENDPOINT, REGION, PATH_STYLE_ACCESS, ACCESS_KEY_ID, SECRET_ACCESS_KEY);

    /** S3's own bounds for the size of a part that is not the last. */
    private static final int PART_SIZE_MIN = 5 << 20;

    public S3Config {
        require(
                !bucket.isEmpty() && !bucket.contains("/"),
                "bucket '%s' has no valid name",
                bucket);
        require(!region.isEmpty(), "%s must not be empty", REGION);
        endpoint.ifPresent(S3Config::checkEndpoint);
        require(connectionsMax >= 1, "connectionsMax is %s", connectionsMax);
        require(partSizeBytes >= PART_SIZE_MIN, "partSizeBytes is %s", partSizeBytes);
        require(attemptsMax >= 1, "attemptsMax is %s", attemptsMax);
        require(connectTimeout.isPositive(), "connectTimeout is %s", connectTimeout);
        require(socketTimeout.isPositive(), "socketTimeout is %s", socketTimeout);
    }

    /** Keys to sign with; never shown. */
    public record StaticCredentials(String accessKeyId, String secretAccessKey) {
        @Override
        public String toString() {
            return "StaticCredentials[" + accessKeyId + "]";
        }
    }

    /**
     * The bucket called {@code bucket} with the options of {@link ObjectStores#open}.
     *
     * @throws IllegalArgumentException that names the option, its value and what is allowed
     */
    public static S3Config of(String bucket, Map<String, String> options) {
        for (String key : new TreeSet<>(options.keySet())) {
            require(
                    KNOWN.contains(key),
                    "unknown store option %s; known are %s",
                    key,
                    new TreeSet<>(KNOWN));
        }
        Optional<URI> endpoint = Optional.ofNullable(options.get(ENDPOINT)).map(S3Config::endpoint);
        return new S3Config(
                bucket,
                endpoint,
                options.getOrDefault(REGION, "us-east-1"),
                flag(options, PATH_STYLE_ACCESS, endpoint.isPresent()),
                credentials(options),
                128,
                16 << 20,
                5,
                Duration.ofSeconds(5),
                Duration.ofSeconds(30));
    }

    private static boolean flag(Map<String, String> options, String key, boolean otherwise) {
        String value = options.get(key);
        if (value == null) {
            return otherwise;
        }
        require(
                value.equals("true") || value.equals("false"),
                "%s is '%s'; allowed are true and false",
                key,
                value);
        return value.equals("true");
    }

    private static Optional<StaticCredentials> credentials(Map<String, String> options) {
        String id = options.get(ACCESS_KEY_ID);
        String secret = options.get(SECRET_ACCESS_KEY);
        if (id == null && secret == null) {
            return Optional.empty();
        }
        if (id == null || id.isEmpty() || secret == null || secret.isEmpty()) {
            throw new IllegalArgumentException(
                    "%s and %s must both be given, or neither"
                            .formatted(ACCESS_KEY_ID, SECRET_ACCESS_KEY));
        }
        return Optional.of(new StaticCredentials(id, secret));
    }

    private static URI endpoint(String value) {
        try {
            return URI.create(value);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "%s is '%s', which is no URI".formatted(ENDPOINT, value), e);
        }
    }

    private static void checkEndpoint(URI endpoint) {
        boolean http = "http".equals(endpoint.getScheme()) || "https".equals(endpoint.getScheme());
        require(
                http && endpoint.getHost() != null,
                "%s is '%s'; it must be http://HOST[:PORT] or https://HOST[:PORT]",
                ENDPOINT,
                endpoint);
    }

    private static void require(boolean holds, String message, Object... values) {
        if (!holds) {
            throw new IllegalArgumentException(message.formatted(values));
        }
    }
}
