package io.oxbow.examples.spark;

import io.oxbow.s3stream.testkit.CephGateway;
import io.oxbow.s3stream.testkit.SharedServers;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/** Spark on a bucket that is on a real S3 server. */
@Tag("slow")
@Tag("s3")
@ExtendWith(SharedServers.class)
abstract class SparkOnS3StoreContract extends SparkContract {

    private final CephGateway server;

    SparkOnS3StoreContract(CephGateway server) {
        this.server = server;
    }

    @Override
    Map<String, String> store() {
        Map<String, String> settings = new HashMap<>(server.options());
        settings.put(
                "oxbow.store", server.createBucket("spark") + "/" + getClass().getSimpleName());
        return settings;
    }

    @Override
    Map<String, String> filledIn() {
        return filledIn(
                server.endpoint().toString(), server.accessKeyId(), server.secretAccessKey());
    }

    abstract Map<String, String> filledIn(String endpoint, String accessKey, String secretKey);
}
