package io.oxbow.s3stream.store;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which bucket of Aliyun OSS, and how it is talked to. */
public record OssConfig(
        String bucket,
        Address address,
        Access access,
        Optional<Encryption> encryption,
        Limits limits) {

    public static final String ENDPOINT = "oss.endpoint";
    public static final String REGION = "oss.region";
    public static final String PATH_STYLE_ACCESS = "oss.path-style-access";
    public static final String SIGNATURE_VERSION = "oss.signature-version";
    public static final String ECS_RAM_ROLE = "oss.ecs-ram-role";
    public static final String ENCRYPTION = "oss.server-side-encryption";
    public static final String ENCRYPTION_KEY_ID = "oss.server-side-encryption-key-id";
    public static final String ACCESS_KEY_ID = "client.access-key-id";
    public static final String ACCESS_KEY_SECRET = "client.access-key-secret";
    public static final String SECURITY_TOKEN = "client.security-token";

    /** Every option there is. */
    public static final Set<String> KNOWN =
            Set.of(
                    ENDPOINT,
                    REGION,
                    PATH_STYLE_ACCESS,
                    SIGNATURE_VERSION,
                    ECS_RAM_ROLE,
                    ENCRYPTION,
                    ENCRYPTION_KEY_ID,
                    ACCESS_KEY_ID,
                    ACCESS_KEY_SECRET,
                    SECURITY_TOKEN);

    private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9-]{1,61}[a-z0-9]");

    /** Aliyun's own host names say the region: {@code oss-cn-hangzhou[-internal].aliyuncs.com}. */
    private static final Pattern OWN_HOST =
            Pattern.compile("oss-([a-z0-9-]+?)(-internal)?\\.aliyuncs\\.com");

    public OssConfig {
        require(
                BUCKET.matcher(bucket).matches(),
                "bucket '%s' has no valid name (3 to 63 of a-z, 0-9 and '-')",
                bucket);
    }

    /**
     * @param pathStyle {@code endpoint/bucket/key} instead of {@code bucket.endpoint/key}; Aliyun
     *     itself takes only the latter
     */
    public record Address(URI endpoint, String region, boolean pathStyle) {
        public Address {
            boolean http =
                    "http".equals(endpoint.getScheme()) || "https".equals(endpoint.getScheme());
            require(
                    http && endpoint.getHost() != null,
                    "%s is '%s'; it must be [https://]HOST[:PORT] or http://HOST[:PORT]",
                    ENDPOINT,
                    endpoint);
            require(!region.isEmpty(), "%s must not be empty", REGION);
        }
    }

    /**
     * @param keys given keys; without them the chain that {@link OssCredentials} describes
     * @param ecsRamRole role whose keys the machine's metadata service is asked for
     */
    public record Access(
            Optional<StaticCredentials> keys, Optional<String> ecsRamRole, Signature signature) {}

    /** How requests are signed. */
    public enum Signature {
        V1,
        V4
    }

    /** Keys to sign with; never shown. */
    public record StaticCredentials(String id, String secret, Optional<String> token) {
        @Override
        public String toString() {
            return "StaticCredentials[" + id + "]";
        }
    }

    /**
     * @param algorithm {@code AES256}, {@code KMS} or {@code SM4}
     * @param keyId for {@code KMS}; empty for the account's default key
     */
    public record Encryption(String algorithm, Optional<String> keyId) {
        private static final Set<String> ALGORITHMS = Set.of("AES256", "KMS", "SM4");

        public Encryption {
            require(
                    ALGORITHMS.contains(algorithm),
                    "%s is '%s'; allowed are %s",
                    ENCRYPTION,
                    algorithm,
                    new TreeSet<>(ALGORITHMS));
            require(
                    keyId.isEmpty() || algorithm.equals("KMS"),
                    "%s needs %s=KMS, which is '%s'",
                    ENCRYPTION_KEY_ID,
                    ENCRYPTION,
                    algorithm);
        }
    }

    /**
     * @param partSizeBytes bodies larger than this go up in parts of this size
     * @param attemptsMax how often a call that may be repeated is made at most
     * @param socketTimeout how long a silent connection is waited for
     */
    public record Limits(
            int connectionsMax,
            int partSizeBytes,
            int attemptsMax,
            Duration connectTimeout,
            Duration socketTimeout) {

        /** OSS's own bound for a part that is not the last. */
        private static final int PART_SIZE_MIN = 100 << 10;

        static final Limits DEFAULT =
                new Limits(128, 16 << 20, 5, Duration.ofSeconds(5), Duration.ofSeconds(30));

        public Limits {
            require(connectionsMax >= 1, "connectionsMax is %s", connectionsMax);
            require(partSizeBytes >= PART_SIZE_MIN, "partSizeBytes is %s", partSizeBytes);
            require(attemptsMax >= 1, "attemptsMax is %s", attemptsMax);
            require(connectTimeout.isPositive(), "connectTimeout is %s", connectTimeout);
            require(socketTimeout.isPositive(), "socketTimeout is %s", socketTimeout);
        }
    }

    /**
     * The bucket called {@code bucket} with the options of {@link ObjectStores#open}.
     *
     * @throws IllegalArgumentException that names the option, its value and what is allowed
     */
    public static OssConfig of(String bucket, Map<String, String> options) {
        for (String key : new TreeSet<>(options.keySet())) {
            require(
                    KNOWN.contains(key),
                    "unknown store option %s; known are %s",
                    key,
                    new TreeSet<>(KNOWN));
        }
        var access =
                new Access(
                        credentials(options),
                        Optional.ofNullable(options.get(ECS_RAM_ROLE)),
                        signature(options.getOrDefault(SIGNATURE_VERSION, "V4")));
        return new OssConfig(bucket, address(options), access, encryption(options), Limits.DEFAULT);
    }

    private static Address address(Map<String, String> options) {
        String region = options.get(REGION);
        String given = options.get(ENDPOINT);
        if (given == null) {
            if (region == null || region.isEmpty()) {
                throw new IllegalArgumentException(
                        "%s or %s must be given, for example %s=cn-hangzhou"
                                .formatted(REGION, ENDPOINT, REGION));
            }
            given = "oss-" + region + ".aliyuncs.com";
        }
        URI endpoint = endpoint(given);
        return new Address(
                endpoint,
                region == null ? regionOf(endpoint) : region,
                flag(options, PATH_STYLE_ACCESS));
    }

    private static URI endpoint(String value) {
        try {
            return URI.create(value.contains("://") ? value : "https://" + value);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "%s is '%s', which is no URI".formatted(ENDPOINT, value), e);
        }
    }

    private static String regionOf(URI endpoint) {
        Matcher own = OWN_HOST.matcher(String.valueOf(endpoint.getHost()));
        if (!own.matches()) {
            throw new IllegalArgumentException(
                    "%s '%s' does not say its region; give %s"
                            .formatted(ENDPOINT, endpoint, REGION));
        }
        return own.group(1);
    }

    private static Signature signature(String value) {
        try {
            return Signature.valueOf(value);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "%s is '%s'; allowed are V1 and V4".formatted(SIGNATURE_VERSION, value), e);
        }
    }

    private static boolean flag(Map<String, String> options, String key) {
        String value = options.getOrDefault(key, "false");
        require(
                value.equals("true") || value.equals("false"),
                "%s is '%s'; allowed are true and false",
                key,
                value);
        return value.equals("true");
    }

    private static Optional<StaticCredentials> credentials(Map<String, String> options) {
        String id = options.getOrDefault(ACCESS_KEY_ID, "");
        String secret = options.getOrDefault(ACCESS_KEY_SECRET, "");
        Optional<String> token = Optional.ofNullable(options.get(SECURITY_TOKEN));
        require(
                id.isEmpty() == secret.isEmpty(),
                "%s and %s must both be given, or neither",
                ACCESS_KEY_ID,
                ACCESS_KEY_SECRET);
        require(
                token.isEmpty() || !id.isEmpty(),
                "%s needs %s and %s",
                SECURITY_TOKEN,
                ACCESS_KEY_ID,
                ACCESS_KEY_SECRET);
        return id.isEmpty()
                ? Optional.empty()
                : Optional.of(new StaticCredentials(id, secret, token));
    }

    private static Optional<Encryption> encryption(Map<String, String> options) {
        Optional<String> keyId = Optional.ofNullable(options.get(ENCRYPTION_KEY_ID));
        String algorithm = options.get(ENCRYPTION);
        if (algorithm == null) {
            require(keyId.isEmpty(), "%s needs %s=KMS", ENCRYPTION_KEY_ID, ENCRYPTION);
            return Optional.empty();
        }
        return Optional.of(new Encryption(algorithm, keyId));
    }

    private static void require(boolean holds, String message, Object... values) {
        if (!holds) {
            throw new IllegalArgumentException(message.formatted(values));
        }
    }
}
