package io.oxbow.examples.spark;

import io.oxbow.s3stream.testkit.CephGateway;
import java.util.Map;

/** Spark by hadoop-aws, whose locations are {@code s3a://}. */
class SparkByHadoopsClientOnS3Test extends SparkOnS3StoreContract {

    SparkByHadoopsClientOnS3Test(CephGateway server) {
        super(server);
    }

    @Override
    String configuration() {
        return "oxbow-s3a.conf";
    }

    @Override
    Map<String, String> filledIn(String endpoint, String accessKey, String secretKey) {
        return Map.of(
                "spark.hadoop.fs.s3a.endpoint", endpoint,
                "spark.hadoop.fs.s3a.access.key", accessKey,
                "spark.hadoop.fs.s3a.secret.key", secretKey);
    }

    @Override
    String respelled(String location) {
        return location.replace("s3://", "s3a://");
    }
}
