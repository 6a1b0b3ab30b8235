package io.oxbow.s3stream.store.oss;

import io.oxbow.s3stream.store.ObjectStores;
import io.oxbow.s3stream.store.Secret;
import io.oxbow.s3stream.store.StoreOptions;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the configuration of an OSS bucket from options. An option has the same name as in
 * Iceberg's {@code OSSFileIO}, if there is one for the same thing.
 */
public final class OssOptions {

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

    /** Names of all options. */
    public static final List<String> NAMES =
            List.of(
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

    public static final Set<String> SECRETS = Set.of(ACCESS_KEY_SECRET, SECURITY_TOKEN);

    /**
     * Pattern of Aliyun's own host names, which contain the region: {@code
     * oss-cn-hangzhou[-internal].aliyuncs.com}.
     */
    private static final Pattern OWN_HOST =
            Pattern.compile("oss-([a-z0-9-]+?)(-internal)?\\.aliyuncs\\.com");

    private OssOptions() {}

    /**
     * Returns the configuration of {@code bucket} by the options of {@link ObjectStores#open}.
     *
     * @throws IllegalArgumentException that names the option, its value and what is allowed
     */
    public static OssConfig config(String bucket, StoreOptions options) {
        for (String key : options.names()) {
            require(
                    NAMES.contains(key),
                    "unknown store option %s; known are %s",
                    key,
                    new TreeSet<>(NAMES));
        }
        var access =
                new OssConfig.Access(
                        credentials(options),
                        options.text(ECS_RAM_ROLE),
                        signature(options.text(SIGNATURE_VERSION).orElse("V4")));
        return new OssConfig(
                bucket, address(options), access, encryption(options), OssConfig.Limits.DEFAULT);
    }

    private static OssConfig.Address address(StoreOptions options) {
        String region = options.text(REGION).orElse(null);
        String given = options.text(ENDPOINT).orElse(null);
        if (given == null) {
            if (region == null || region.isEmpty()) {
                throw new IllegalArgumentException(
                        "%s or %s must be given, for example %s=cn-hangzhou"
                                .formatted(REGION, ENDPOINT, REGION));
            }
            given = "oss-" + region + ".aliyuncs.com";
        }
        URI endpoint = endpoint(given);
        return new OssConfig.Address(
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

    private static OssConfig.Signature signature(String value) {
        try {
            return OssConfig.Signature.valueOf(value);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "%s is '%s'; allowed are V1 and V4".formatted(SIGNATURE_VERSION, value), e);
        }
    }

    private static boolean flag(StoreOptions options, String key) {
        String value = options.text(key).orElse("false");
        require(
                value.equals("true") || value.equals("false"),
                "%s is '%s'; allowed are true and false",
                key,
                value);
        return value.equals("true");
    }

    private static Optional<OssConfig.StaticCredentials> credentials(StoreOptions options) {
        String id = options.text(ACCESS_KEY_ID).orElse("");
        Secret secret = options.secret(ACCESS_KEY_SECRET).orElse(Secret.of(""));
        Optional<Secret> token = options.secret(SECURITY_TOKEN);
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
                : Optional.of(new OssConfig.StaticCredentials(id, secret, token));
    }

    private static Optional<OssConfig.Encryption> encryption(StoreOptions options) {
        Optional<String> keyId = options.text(ENCRYPTION_KEY_ID);
        String algorithm = options.text(ENCRYPTION).orElse(null);
        if (algorithm == null) {
            require(keyId.isEmpty(), "%s needs %s=KMS", ENCRYPTION_KEY_ID, ENCRYPTION);
            return Optional.empty();
        }
        return Optional.of(new OssConfig.Encryption(algorithm, keyId));
    }

    private static void require(boolean holds, String message, Object... values) {
        if (!holds) {
            throw new IllegalArgumentException(message.formatted(values));
        }
    }
}
