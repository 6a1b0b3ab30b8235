package io.oxbow.examples;

import io.oxbow.s3stream.testkit.CephGateway;
import io.oxbow.s3stream.testkit.SharedServers;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests Trino on a bucket that is on a real S3 server. */
@Tag("slow")
@Tag("s3")
@ExtendWith(SharedServers.class)
class TrinoOnS3StoreTest extends TrinoContract {

    private final CephGateway server;

    TrinoOnS3StoreTest(CephGateway server) {
        this.server = server;
    }

    @Override
    Map<String, String> store() {
        Map<String, String> settings = new HashMap<>(server.options());
        settings.put("oxbow.store", server.createBucket("trino") + "/cluster");
        return settings;
    }

    @Override
    String catalogFile() {
        return "oxbow-s3.properties";
    }

    @Override
    Map<String, String> filledIn() {
        return Map.of(
                "s3.endpoint", server.endpoint().toString(),
                "s3.aws-access-key", server.accessKeyId(),
                "s3.aws-secret-key", server.secretAccessKey());
    }
}
