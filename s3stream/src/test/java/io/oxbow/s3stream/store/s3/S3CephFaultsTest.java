package io.oxbow.s3stream.store.s3;

import io.oxbow.s3stream.testkit.CephGateway;
import io.oxbow.s3stream.testkit.SharedServers;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("slow")
@Tag("s3")
@ExtendWith(SharedServers.class)
class S3CephFaultsTest extends S3FaultsContract {

    S3CephFaultsTest(CephGateway server) {
        super(server);
    }
}
