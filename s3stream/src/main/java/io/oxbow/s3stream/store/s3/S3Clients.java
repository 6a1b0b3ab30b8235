package io.oxbow.s3stream.store.s3;

import io.oxbow.s3stream.store.s3.S3Config.Checksum;
import io.oxbow.s3stream.store.s3.S3Config.Credentials;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.LegacyMd5Plugin;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;

/** Makes the client of the S3 SDK. */
final class S3Clients {

    private S3Clients() {}

    static S3Client create(S3Config config) {
        S3Config.Limits limits = config.limits();
        var http =
                ApacheHttpClient.builder()
                        .maxConnections(limits.connectionsMax())
                        .connectionTimeout(limits.connectTimeout())
                        .connectionAcquisitionTimeout(limits.requestTimeout())
                        .socketTimeout(limits.silenceTimeout());
        config.address()
                .trust()
                .map(TrustedAuthorities::of)
                .ifPresent(managers -> http.tlsTrustManagersProvider(() -> managers));
        return create(config, http.build());
    }

    /**
     * Makes the client over {@code http}, with one attempt per call. It uses no trailing checksums
     * and no chunked signing, which other makers' servers refuse or store as part of the object.
     */
    static S3Client create(S3Config config, SdkHttpClient http) {
        var builder =
                S3Client.builder()
                        .region(Region.of(config.address().region()))
                        .forcePathStyle(config.address().pathStyle())
                        .credentialsProvider(credentials(config.credentials()))
                        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                        .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                        .serviceConfiguration(
                                S3Configuration.builder().chunkedEncodingEnabled(false).build())
                        .overrideConfiguration(o -> o.retryStrategy(r -> r.maxAttempts(1)))
                        .httpClient(http);
        config.address().endpoint().ifPresent(builder::endpointOverride);
        if (config.writing().checksum() != Checksum.CRC32C) {
            // Deleting several objects at once must carry a checksum; old stores want this one.
            builder.addPlugin(LegacyMd5Plugin.create());
        }
        return builder.build();
    }

    private static AwsCredentialsProvider credentials(Credentials credentials) {
        return switch (credentials) {
            case Credentials.Chain() -> DefaultCredentialsProvider.builder().build();
            case Credentials.Profile(String name) -> ProfileCredentialsProvider.create(name);
            case Credentials.Static(var id, var secret, var token) ->
                    StaticCredentialsProvider.create(
                            token.isPresent()
                                    ? AwsSessionCredentials.create(
                                            id, secret.reveal(), token.get().reveal())
                                    : AwsBasicCredentials.create(id, secret.reveal()));
        };
    }
}
