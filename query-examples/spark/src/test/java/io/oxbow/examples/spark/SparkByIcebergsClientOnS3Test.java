package io.oxbow.examples.spark;

import io.oxbow.s3stream.testkit.CephGateway;
import java.util.Map;

/** Spark by Iceberg's own S3 client, which takes every name of a bucket for the same. */
class SparkByIcebergsClientOnS3Test extends SparkOnS3StoreContract {

    SparkByIcebergsClientOnS3Test(CephGateway server) {
        super(server);
    }

    @Override
    String configuration() {
        return "oxbow-s3.conf";
    }

    @Override
    Map<String, String> filledIn(String endpoint, String accessKey, String secretKey) {
        return Map.of(
                "spark.sql.catalog.oxbow.s3.endpoint", endpoint,
                "spark.sql.catalog.oxbow.s3.access-key-id", accessKey,
                "spark.sql.catalog.oxbow.s3.secret-access-key", secretKey);
    }

    @Override
    String respelled(String location) {
        return location;
    }
}
