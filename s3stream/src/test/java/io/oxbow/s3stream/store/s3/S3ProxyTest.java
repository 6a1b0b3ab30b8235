package io.oxbow.s3stream.store.s3;

import io.oxbow.s3stream.testkit.S3ProxyServer;
import io.oxbow.s3stream.testkit.SharedServers;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests the S3 store against S3Proxy, another implementation of the protocol. */
@Tag("slow")
@Tag("s3")
@ExtendWith(SharedServers.class)
class S3ProxyTest extends S3StoreContract {

    S3ProxyTest(S3ProxyServer server) {
        super(server);
    }
}
