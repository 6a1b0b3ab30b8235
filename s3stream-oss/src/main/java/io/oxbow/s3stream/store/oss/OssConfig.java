package io.oxbow.s3stream.store.oss;

import io.oxbow.s3stream.store.RetryPolicy;
import io.oxbow.s3stream.store.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Configuration of a bucket of Aliyun OSS. */
public record OssConfig(
        String bucket,
        Address address,
        Access access,
        Optional<Encryption> encryption,
        Limits limits) {

    private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9-]{1,61}[a-z0-9]");

    public OssConfig {
        require(
                BUCKET.matcher(bucket).matches(),
                "bucket '%s' has no valid name (3 to 63 of a-z, 0-9 and '-')",
                bucket);
    }

    /** Address of the bucket. */
    public record Address(URI endpoint, String region, boolean pathStyle) {
        public Address {
            boolean http =
                    "http".equals(endpoint.getScheme()) || "https".equals(endpoint.getScheme());
            require(
                    endpoint.getRawUserInfo() == null,
                    "%s must not carry a user or password; keys have options of their own",
                    OssOptions.ENDPOINT);
            require(
                    http && endpoint.getHost() != null,
                    "%s is '%s'; it must be [https://]HOST[:PORT] or http://HOST[:PORT]",
                    OssOptions.ENDPOINT,
                    endpoint);
            require(!region.isEmpty(), "%s must not be empty", OssOptions.REGION);
        }
    }

    /** Keys and signature of requests. */
    public record Access(
            Optional<StaticCredentials> keys, Optional<String> ecsRamRole, Signature signature) {}

    /** Version of the signature of requests. */
    public enum Signature {
        V1,
        V4
    }

    /** Keys to sign requests with. */
    public record StaticCredentials(String id, Secret secret, Optional<Secret> token) {}

    /** Encryption by the store of the objects that it keeps. */
    public record Encryption(String algorithm, Optional<String> keyId) {
        private static final Set<String> ALGORITHMS = Set.of("AES256", "KMS", "SM4");

        public Encryption {
            require(
                    ALGORITHMS.contains(algorithm),
                    "%s is '%s'; allowed are %s",
                    OssOptions.ENCRYPTION,
                    algorithm,
                    new TreeSet<>(ALGORITHMS));
            require(
                    keyId.isEmpty() || algorithm.equals("KMS"),
                    "%s needs %s=KMS, which is '%s'",
                    OssOptions.ENCRYPTION_KEY_ID,
                    OssOptions.ENCRYPTION,
                    algorithm);
        }
    }

    /** Limits of connections, sizes and times. */
    public record Limits(
            int connectionsMax,
            int partSizeBytes,
            Duration connectTimeout,
            Duration socketTimeout,
            RetryPolicy retries) {

        /** Least size in bytes of a part that is not the last; OSS's own limit. */
        private static final int PART_SIZE_MIN = 100 << 10;

        static final Limits DEFAULT =
                new Limits(
                        128,
                        512 << 20,
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(30),
                        RetryPolicy.defaults());

        public Limits {
            require(connectionsMax >= 1, "connectionsMax is %s", connectionsMax);
            require(partSizeBytes >= PART_SIZE_MIN, "partSizeBytes is %s", partSizeBytes);
            require(connectTimeout.isPositive(), "connectTimeout is %s", connectTimeout);
            require(socketTimeout.isPositive(), "socketTimeout is %s", socketTimeout);
        }
    }

    private static void require(boolean holds, String message, Object... values) {
        if (!holds) {
            throw new IllegalArgumentException(message.formatted(values));
        }
    }
}
