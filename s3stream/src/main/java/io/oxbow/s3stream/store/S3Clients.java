package io.oxbow.s3stream.store;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;

/** Makes the SDK's client. */
final class S3Clients {

    private S3Clients() {}

    static S3Client create(S3Config config) {
        return create(
                config,
                ApacheHttpClient.builder()
                        .maxConnections(config.connectionsMax())
                        .connectionTimeout(config.connectTimeout())
                        .connectionAcquisitionTimeout(config.socketTimeout())
                        .socketTimeout(config.socketTimeout())
                        .build());
    }

    /**
     * One attempt per call; no trailing checksums and no chunked signing, which other makers'
     * servers refuse or store as part of the object.
     */
    static S3Client create(S3Config config, SdkHttpClient http) {
        var builder =
                S3Client.builder()
                        .region(Region.of(config.region()))
                        .forcePathStyle(config.pathStyle())
                        .credentialsProvider(credentials(config))
                        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                        .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                        .serviceConfiguration(
                                S3Configuration.builder().chunkedEncodingEnabled(false).build())
                        .overrideConfiguration(o -> o.retryStrategy(r -> r.maxAttempts(1)))
                        .httpClient(http);
        config.endpoint().ifPresent(builder::endpointOverride);
        return builder.build();
    }

    private static AwsCredentialsProvider credentials(S3Config config) {
        return config.credentials()
                .<AwsCredentialsProvider>map(keys ->
                        StaticCredentialsProvider.create(
                                AwsBasicCredentials.create(
                                        keys.accessKeyId(), keys.secretAccessKey())))
                .orElseGet(() -> DefaultCredentialsProvider.builder().build());
    }
}
