package io.oxbow.s3stream.store.s3;

import io.oxbow.s3stream.store.RetryPolicy;
import io.oxbow.s3stream.store.Secret;
import io.oxbow.s3stream.store.StoreOptions;
import io.oxbow.s3stream.store.s3.S3Config.Checksum;
import io.oxbow.s3stream.store.s3.S3Config.Credentials;
import io.oxbow.s3stream.store.s3.S3Config.Encryption;
import io.oxbow.s3stream.store.s3.S3Config.Limits;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the configuration of an S3 bucket from options. An option has the same name as in Iceberg's
 * {@code S3FileIO}, if there is one for the same thing.
 */
public final class S3Options {

    public static final String ENDPOINT = "s3.endpoint";
    private static final Pattern REGION_PATTERN = Pattern.compile("[A-Za-z0-9_-]+");

    /** Form of what goes into a header of each request. */
    private static final Pattern HEADER_PATTERN = Pattern.compile("[!-~]+");

    public static final String REGION = "s3.region";
    public static final String PATH_STYLE_ACCESS = "s3.path-style-access";
    public static final String TRUST_STORE = "s3.trust-store";
    public static final String TRUST_STORE_PASSWORD = "s3.trust-store-password";
    public static final String ACCESS_KEY_ID = "s3.access-key-id";
    public static final String SECRET_ACCESS_KEY = "s3.secret-access-key";
    public static final String SESSION_TOKEN = "s3.session-token";
    public static final String PROFILE = "s3.profile";
    public static final String SSE_TYPE = "s3.sse.type";
    public static final String SSE_KEY = "s3.sse.key";
    public static final String CHECKSUM = "s3.checksum";
    public static final String PART_SIZE = "s3.multipart.part-size-bytes";
    public static final String CONNECTIONS_MAX = "s3.connections.max";
    public static final String REQUEST_TIMEOUT = "s3.request-timeout-ms";
    public static final String CALL_TIMEOUT = "s3.call-timeout-ms";
    public static final String RETRIES = "s3.retry.num-retries";
    public static final String RETRY_WAIT_MIN = "s3.retry.min-wait-ms";
    public static final String RETRY_WAIT_MAX = "s3.retry.max-wait-ms";

    /** Names of all options. */
    public static final List<String> NAMES =
            List.of(
                    ENDPOINT,
                    REGION,
                    PATH_STYLE_ACCESS,
                    TRUST_STORE,
                    TRUST_STORE_PASSWORD,
                    ACCESS_KEY_ID,
                    SECRET_ACCESS_KEY,
                    SESSION_TOKEN,
                    PROFILE,
                    SSE_TYPE,
                    SSE_KEY,
                    CHECKSUM,
                    PART_SIZE,
                    CONNECTIONS_MAX,
                    REQUEST_TIMEOUT,
                    CALL_TIMEOUT,
                    RETRIES,
                    RETRY_WAIT_MIN,
                    RETRY_WAIT_MAX);

    public static final Set<String> SECRETS =
            Set.of(TRUST_STORE_PASSWORD, SECRET_ACCESS_KEY, SESSION_TOKEN);

    /**
     * Default size of parts, which no data object reaches. Each part costs as much as a put, and so
     * do the beginning and the end of an upload in parts.
     */
    private static final int DEFAULT_PART_SIZE = 512 << 20;

    private final StoreOptions options;

    S3Options(StoreOptions options) {
        this.options = options;
        for (String key : options.names()) {
            if (!NAMES.contains(key)) {
                throw new IllegalArgumentException(
                        "unknown store option %s; known are %s"
                                .formatted(key, new TreeSet<>(NAMES)));
            }
        }
    }

    public S3Config config(String bucket) {
        return new S3Config(bucket, address(), credentials(), writing(), limits());
    }

    private S3Config.Address address() {
        Optional<URI> endpoint = options.text(ENDPOINT).map(S3Options::uri);
        return new S3Config.Address(
                endpoint, region(), flag(PATH_STYLE_ACCESS, endpoint.isPresent()), trustStore());
    }

    private String region() {
        String region = options.text(REGION).orElse("us-east-1");
        if (!REGION_PATTERN.matcher(region).matches()) {
            throw new IllegalArgumentException(
                    "%s is '%s'; allowed are letters, digits, '-' and '_'"
                            .formatted(REGION, region));
        }
        return region;
    }

    private static URI uri(String value) {
        try {
            return URI.create(value);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "%s is '%s', which is no URI".formatted(ENDPOINT, value), e);
        }
    }

    private Optional<S3Config.TrustStore> trustStore() {
        Optional<Secret> password = options.secret(TRUST_STORE_PASSWORD);
        Optional<String> file = options.text(TRUST_STORE);
        if (file.isEmpty() && password.isPresent()) {
            throw new IllegalArgumentException(
                    "%s is given without %s".formatted(TRUST_STORE_PASSWORD, TRUST_STORE));
        }
        return file.map(name -> new S3Config.TrustStore(Path.of(name), password));
    }

    private Credentials credentials() {
        String id = options.text(ACCESS_KEY_ID).orElse(null);
        Secret secret = options.secret(SECRET_ACCESS_KEY).orElse(null);
        Optional<Secret> token = options.secret(SESSION_TOKEN);
        String profile = options.text(PROFILE).orElse(null);
        if (id == null && secret == null && token.isEmpty()) {
            return profile == null ? new Credentials.Chain() : new Credentials.Profile(profile);
        }
        if (id == null || id.isEmpty() || secret == null || secret.isEmpty()) {
            throw new IllegalArgumentException(
                    "%s and %s must both be given, or neither, and no %s without them"
                            .formatted(ACCESS_KEY_ID, SECRET_ACCESS_KEY, SESSION_TOKEN));
        }
        if (!HEADER_PATTERN.matcher(id).matches()) {
            throw new IllegalArgumentException(
                    "%s is '%s'; allowed are visible ASCII characters"
                            .formatted(ACCESS_KEY_ID, id));
        }
        if (profile != null) {
            throw new IllegalArgumentException(
                    "%s '%s' is given beside %s; take one of them away"
                            .formatted(PROFILE, profile, ACCESS_KEY_ID));
        }
        return new Credentials.Static(id, secret, token);
    }

    private S3Config.Writing writing() {
        return new S3Config.Writing(
                encryption(),
                checksum(),
                Math.toIntExact(number(PART_SIZE, DEFAULT_PART_SIZE, 1, Integer.MAX_VALUE)));
    }

    private Encryption encryption() {
        Optional<String> key = options.text(SSE_KEY);
        String type = options.text(SSE_TYPE).orElse("none");
        Encryption encryption =
                switch (type) {
                    case "none" -> new Encryption.BucketDefault();
                    case "s3" -> new Encryption.StoreKeys();
                    case "kms" -> new Encryption.KeyService(key, false);
                    case "dsse-kms" -> new Encryption.KeyService(key, true);
                    default -> throw notAllowed(SSE_TYPE, type, "none, s3, kms and dsse-kms");
                };
        if (key.isPresent() && !(encryption instanceof Encryption.KeyService)) {
            throw new IllegalArgumentException(
                    "%s is given, but %s is '%s', which takes no key"
                            .formatted(SSE_KEY, SSE_TYPE, type));
        }
        return encryption;
    }

    private Checksum checksum() {
        String value = options.text(CHECKSUM).orElse("crc32c");
        return switch (value) {
            case "crc32c" -> Checksum.CRC32C;
            case "md5" -> Checksum.MD5;
            case "none" -> Checksum.NONE;
            default -> throw notAllowed(CHECKSUM, value, "crc32c, md5 and none");
        };
    }

    private Limits limits() {
        Limits defaults = Limits.defaults();
        Duration request = millis(REQUEST_TIMEOUT, defaults.requestTimeout());
        return new Limits(
                Math.toIntExact(
                        number(CONNECTIONS_MAX, defaults.connectionsMax(), 1, Short.MAX_VALUE)),
                shorter(defaults.connectTimeout(), request),
                shorter(defaults.silenceTimeout(), request),
                request,
                retries(defaults.retries()));
    }

    private RetryPolicy retries(RetryPolicy defaults) {
        long retries = number(RETRIES, defaults.attemptsMax() - 1L, 0, 1000);
        Duration waitMin = millis(RETRY_WAIT_MIN, defaults.waitMin());
        Duration waitMax = millis(RETRY_WAIT_MAX, longer(defaults.waitMax(), waitMin));
        if (waitMax.compareTo(waitMin) < 0) {
            throw new IllegalArgumentException(
                    "%s is %d, which is less than %s, %d"
                            .formatted(
                                    RETRY_WAIT_MAX,
                                    waitMax.toMillis(),
                                    RETRY_WAIT_MIN,
                                    waitMin.toMillis()));
        }
        return new RetryPolicy(
                (int) retries + 1, waitMin, waitMax, millis(CALL_TIMEOUT, defaults.callTimeout()));
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private Duration millis(String key, Duration otherwise) {
        return Duration.ofMillis(number(key, otherwise.toMillis(), 1, 86_400_000));
    }

    private long number(String key, long otherwise, long min, long max) {
        String value = options.text(key).orElse(null);
        Long number = value == null ? Long.valueOf(otherwise) : parsed(value);
        if (number == null || number < min || number > max) {
            throw notAllowed(key, String.valueOf(value), "numbers from " + min + " to " + max);
        }
        return number;
    }

    private static @Nullable Long parsed(String value) {
        try {
            return Long.valueOf(value);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private boolean flag(String key, boolean otherwise) {
        String value = options.text(key).orElse(null);
        if (value == null) {
            return otherwise;
        }
        if (!value.equals("true") && !value.equals("false")) {
            throw notAllowed(key, value, "true and false");
        }
        return value.equals("true");
    }

    private static IllegalArgumentException notAllowed(String key, String value, String allowed) {
        return new IllegalArgumentException(
                "%s is '%s'; allowed are %s".formatted(key, value, allowed));
    }
}
