package io.oxbow.s3stream.store;

import io.oxbow.s3stream.testkit.CephGateway;
import io.oxbow.s3stream.testkit.SharedServers;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/** Against Ceph's gateway. */
@Tag("slow")
@Tag("s3")
@ExtendWith(SharedServers.class)
class S3CephTest extends S3StoreContract {

    S3CephTest(CephGateway server) {
        super(server);
    }
}
