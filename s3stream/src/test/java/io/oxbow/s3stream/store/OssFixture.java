package io.oxbow.s3stream.store;

import com.aliyun.oss.ClientBuilderConfiguration;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.testkit.oss.OssStandIn;
import java.util.HashMap;
import java.util.Map;

/** Stores on a stand-in for OSS. */
final class OssFixture {

    static final String BUCKET = "the-bucket";

    private OssFixture() {}

    /** Bucket in the path, which the real service does not take but a port needs. */
    static Map<String, String> options(OssStandIn server) {
        return Map.of(
                OssOptions.ENDPOINT, server.endpoint(),
                OssOptions.REGION, OssStandIn.REGION,
                OssOptions.PATH_STYLE_ACCESS, "true",
                OssOptions.ACCESS_KEY_ID, OssStandIn.ACCOUNT.id(),
                OssOptions.ACCESS_KEY_SECRET, OssStandIn.ACCOUNT.secret());
    }

    static ObjectStore open(OssStandIn server, Map<String, String> more) {
        Map<String, String> options = new HashMap<>(options(server));
        options.putAll(more);
        return ObjectStores.open("oss://" + BUCKET, options, Environment.system());
    }

    /** Bucket in the host name, as the real service has it; the port is the client's proxy. */
    static ObjectStore openByHost(OssStandIn server) {
        Map<String, String> options = new HashMap<>(options(server));
        options.put(OssOptions.ENDPOINT, "http://" + OssStandIn.DOMAIN);
        options.remove(OssOptions.PATH_STYLE_ACCESS);
        options.remove(OssOptions.REGION);
        OssConfig config = OssOptions.config(BUCKET, options);
        return OssObjectStore.open(
                config,
                OssClients.create(config, settings -> useProxy(settings, server.port())),
                Environment.system(),
                StoreMetrics.none());
    }

    private static void useProxy(ClientBuilderConfiguration settings, int port) {
        settings.setProxyHost("127.0.0.1");
        settings.setProxyPort(port);
    }
}
