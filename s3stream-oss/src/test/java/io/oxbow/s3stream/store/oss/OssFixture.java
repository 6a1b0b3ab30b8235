package io.oxbow.s3stream.store.oss;

import com.aliyun.oss.ClientBuilderConfiguration;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.store.RetryPolicy;
import io.oxbow.s3stream.store.StoreMetrics;
import io.oxbow.s3stream.store.StoreOptions;
import io.oxbow.s3stream.testkit.oss.OssStandIn;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Opens stores on a stand-in for OSS. */
final class OssFixture {

    static final String BUCKET = "the-bucket";

    private static final int PART_SIZE = 16 << 20;

    private OssFixture() {}

    /**
     * Returns options with the bucket in the path, which the real service does not take but a port
     * needs.
     */
    static Map<String, String> options(OssStandIn server) {
        return Map.of(
                OssOptions.ENDPOINT, server.endpoint(),
                OssOptions.REGION, OssStandIn.REGION,
                OssOptions.PATH_STYLE_ACCESS, "true",
                OssOptions.ACCESS_KEY_ID, OssStandIn.ACCOUNT.id(),
                OssOptions.ACCESS_KEY_SECRET, OssStandIn.ACCOUNT.secret());
    }

    /**
     * Opens a store that repeats as often as in production, but waits only for short times, and
     * sends parts of 16 MiB.
     */
    static ObjectStore open(OssStandIn server, Map<String, String> more) {
        Map<String, String> options = new HashMap<>(options(server));
        options.putAll(more);
        return open(impatient(OssOptions.config(BUCKET, StoreOptions.of(options))), settings -> {});
    }

    /**
     * Opens a store with the bucket in the host name, as the real service has it; the port is the
     * client's proxy.
     */
    static ObjectStore openByHost(OssStandIn server) {
        Map<String, String> options = new HashMap<>(options(server));
        options.put(OssOptions.ENDPOINT, "http://" + OssStandIn.DOMAIN);
        options.remove(OssOptions.PATH_STYLE_ACCESS);
        options.remove(OssOptions.REGION);
        return open(
                OssOptions.config(BUCKET, StoreOptions.of(options)),
                settings -> {
                    settings.setProxyHost("127.0.0.1");
                    settings.setProxyPort(server.port());
                });
    }

    private static ObjectStore open(OssConfig config, Consumer<ClientBuilderConfiguration> tuning) {
        return OssObjectStore.open(
                config,
                OssClients.create(config, tuning),
                Environment.system(),
                StoreMetrics.none());
    }

    private static OssConfig impatient(OssConfig config) {
        var limits = config.limits();
        var retries =
                new RetryPolicy(
                        RetryPolicy.defaults().attemptsMax(),
                        Duration.ofMillis(1),
                        Duration.ofMillis(10),
                        Duration.ofMinutes(1));
        return new OssConfig(
                config.bucket(),
                config.address(),
                config.access(),
                config.encryption(),
                new OssConfig.Limits(
                        limits.connectionsMax(),
                        PART_SIZE,
                        limits.connectTimeout(),
                        limits.socketTimeout(),
                        retries));
    }
}
