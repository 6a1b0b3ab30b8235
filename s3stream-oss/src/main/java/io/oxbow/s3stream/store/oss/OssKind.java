package io.oxbow.s3stream.store.oss;

import io.oxbow.s3stream.store.BucketUri;
import io.oxbow.s3stream.store.StoreKind;
import io.oxbow.s3stream.store.StoreOptions;
import java.net.URI;
import java.util.Set;

/** Buckets of Aliyun OSS; for the options see {@link OssOptions}. */
public final class OssKind implements StoreKind {

    @Override
    public String scheme() {
        return "oss";
    }

    @Override
    public String form() {
        return "oss://BUCKET[/PREFIX]";
    }

    @Override
    public Set<String> secrets() {
        return OssOptions.SECRETS;
    }

    @Override
    public Plan plan(URI uri, StoreOptions options) {
        BucketUri bucket = BucketUri.of(uri);
        OssConfig config = OssOptions.config(bucket.bucket(), options);
        return (environment, metrics) ->
                bucket.open(() -> OssObjectStore.open(config, environment, metrics));
    }
}
