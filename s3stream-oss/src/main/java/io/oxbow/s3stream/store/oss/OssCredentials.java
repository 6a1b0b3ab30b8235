package io.oxbow.s3stream.store.oss;

import com.aliyun.oss.ClientException;
import com.aliyun.oss.common.auth.Credentials;
import com.aliyun.oss.common.auth.CredentialsProvider;
import com.aliyun.oss.common.auth.DefaultCredentialProvider;
import com.aliyun.oss.common.auth.EnvironmentVariableCredentialsProvider;
import com.aliyun.oss.common.auth.InstanceProfileCredentialsProvider;
import com.aliyun.oss.common.auth.InvalidCredentialsException;
import com.aliyun.oss.common.auth.SystemPropertiesCredentialsProvider;
import io.oxbow.s3stream.store.Secret;
import java.util.ArrayList;
import java.util.List;

/**
 * Provides keys for OSS: those in the configuration; else those of a machine's role, when one is
 * named; else from environment or system properties. The environment has {@code OSS_ACCESS_KEY_ID},
 * {@code OSS_ACCESS_KEY_SECRET}, {@code OSS_SESSION_TOKEN}; the properties are {@code
 * oss.accessKeyId}, {@code oss.accessKeySecret}, {@code oss.sessionToken}. Asked before every
 * request, so that keys may change. Thread-safe.
 */
final class OssCredentials implements CredentialsProvider {

    private final List<CredentialsProvider> chain;

    private OssCredentials(List<CredentialsProvider> chain) {
        this.chain = chain;
    }

    static CredentialsProvider of(OssConfig.Access access) {
        if (access.keys().isPresent()) {
            var keys = access.keys().get();
            return new DefaultCredentialProvider(
                    keys.id(),
                    keys.secret().reveal(),
                    keys.token().map(Secret::reveal).orElse(null));
        }
        if (access.ecsRamRole().isPresent()) {
            return new OssCredentials(
                    List.of(new InstanceProfileCredentialsProvider(access.ecsRamRole().get())));
        }
        return new OssCredentials(
                List.of(
                        new EnvironmentVariableCredentialsProvider(),
                        new SystemPropertiesCredentialsProvider()));
    }

    @Override
    public Credentials getCredentials() {
        List<String> refusals = new ArrayList<>();
        for (CredentialsProvider provider : chain) {
            try {
                Credentials found = provider.getCredentials();
                if (found != null) {
                    return found;
                }
                refusals.add(provider.getClass().getSimpleName() + ": none");
            } catch (InvalidCredentialsException none) {
                refusals.add(provider.getClass().getSimpleName() + ": " + none.getMessage());
            }
        }
        throw new NoCredentialsException(refusals);
    }

    @Override
    public void setCredentials(Credentials credentials) {
        throw new UnsupportedOperationException("keys come from their source");
    }

    /** Thrown when a request was not made for want of keys. */
    static final class NoCredentialsException extends ClientException {
        private static final long serialVersionUID = 1L;

        NoCredentialsException(List<String> refusals) {
            super(
                    "no keys for OSS: give %s and %s, or %s, or set OSS_ACCESS_KEY_ID and OSS_ACCESS_KEY_SECRET %s"
                            .formatted(
                                    OssOptions.ACCESS_KEY_ID,
                                    OssOptions.ACCESS_KEY_SECRET,
                                    OssOptions.ECS_RAM_ROLE,
                                    refusals));
        }
    }
}
