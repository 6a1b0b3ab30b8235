package io.oxbow.examples.spark;

import io.oxbow.s3stream.testkit.CephGateway;
import io.oxbow.s3stream.testkit.SharedServers;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/** Spark on a bucket that is on a real S3 server, by Iceberg's own S3 client. */
@Tag("slow")
@Tag("s3")
@ExtendWith(SharedServers.class)
class SparkOnS3StoreTest extends SparkContract {

    private final CephGateway server;

    SparkOnS3StoreTest(CephGateway server) {
        this.server = server;
    }

    @Override
    Map<String, String> store() {
        Map<String, String> settings = new HashMap<>(server.options());
        settings.put("oxbow.store", server.createBucket("spark") + "/cluster");
        return settings;
    }

    @Override
    Map<String, String> spark() {
        return Map.of(
                "spark.sql.catalog.oxbow.io-impl", "org.apache.iceberg.aws.s3.S3FileIO",
                "spark.sql.catalog.oxbow.s3.endpoint", server.endpoint().toString(),
                "spark.sql.catalog.oxbow.s3.path-style-access", "true",
                "spark.sql.catalog.oxbow.s3.access-key-id", server.accessKeyId(),
                "spark.sql.catalog.oxbow.s3.secret-access-key", server.secretAccessKey(),
                "spark.sql.catalog.oxbow.client.region", "us-east-1");
    }
}
