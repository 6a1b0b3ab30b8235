package io.oxbow.s3stream.store.s3;

import io.oxbow.s3stream.testkit.S3ProxyServer;
import io.oxbow.s3stream.testkit.SharedServers;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("slow")
@Tag("s3")
@ExtendWith(SharedServers.class)
class S3ProxyFaultsTest extends S3FaultsContract {

    S3ProxyFaultsTest(S3ProxyServer server) {
        super(server);
    }
}
