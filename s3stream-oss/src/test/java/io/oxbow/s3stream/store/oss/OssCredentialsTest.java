package io.oxbow.s3stream.store.oss;

import static org.assertj.core.api.Assertions.assertThat;

import com.aliyun.oss.common.auth.Credentials;
import com.aliyun.oss.common.auth.InstanceProfileCredentialsFetcher;
import com.sun.net.httpserver.HttpServer;
import io.oxbow.s3stream.store.StoreOptions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Keys of a bucket on Aliyun OSS: the places they come from, and their order. */
class OssCredentialsTest {

    @Test
    void systemPropertiesAreTheLastPlaceThatIsLookedAt() {
        var access =
                OssOptions.config("bucket", StoreOptions.of(Map.of(OssOptions.REGION, "r")))
                        .access();
        System.setProperty("oss.accessKeyId", "id");
        System.setProperty("oss.accessKeySecret", "secret");
        try {
            Credentials found = OssCredentials.of(access).getCredentials();
            assertThat(found.getAccessKeyId()).isEqualTo("id");
            assertThat(found.getSecretAccessKey()).isEqualTo("secret");
        } finally {
            System.clearProperty("oss.accessKeyId");
            System.clearProperty("oss.accessKeySecret");
        }
    }

    /** The class path has what the SDK needs to ask a machine's metadata service. */
    @Test
    void aMachinesRoleIsReadFromItsMetadataService() throws Exception {
        byte[] answer =
                "{\"Code\":\"Success\",\"AccessKeyId\":\"STS.1\",\"AccessKeySecret\":\"s\",\"SecurityToken\":\"t\",\"Expiration\":\"2099-01-01T00:00:00Z\"}"
                        .getBytes(StandardCharsets.UTF_8);
        HttpServer metadata =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
        metadata.createContext(
                "/",
                exchange -> {
                    try (exchange) {
                        exchange.sendResponseHeaders(200, answer.length);
                        exchange.getResponseBody().write(answer);
                    }
                });
        metadata.start();
        try {
            URL url = URI.create("http://127.0.0.1:" + metadata.getAddress().getPort()).toURL();
            var fetcher =
                    new InstanceProfileCredentialsFetcher() {
                        @Override
                        public URL buildUrl() {
                            return url;
                        }
                    };
            assertThat(fetcher.fetch().getSecurityToken()).isEqualTo("t");
        } finally {
            metadata.stop(0);
        }
    }
}
