package io.oxbow.s3stream.store.s3;

import io.oxbow.s3stream.store.BucketUri;
import io.oxbow.s3stream.store.StoreKind;
import io.oxbow.s3stream.store.StoreOptions;
import java.net.URI;
import java.util.Set;

/** Buckets of S3 and of what speaks its protocol; for the options see {@link S3Options}. */
public final class S3Kind implements StoreKind {

    @Override
    public String scheme() {
        return "s3";
    }

    @Override
    public String form() {
        return "s3://BUCKET[/PREFIX]";
    }

    @Override
    public Set<String> secrets() {
        return S3Options.SECRETS;
    }

    @Override
    public Plan plan(URI uri, StoreOptions options) {
        BucketUri bucket = BucketUri.of(uri);
        S3Config config = S3Config.of(bucket.bucket(), options);
        config.address().trust().ifPresent(TrustedAuthorities::of);
        return (environment, metrics) ->
                bucket.open(() -> S3ObjectStore.open(config, environment, metrics));
    }
}
