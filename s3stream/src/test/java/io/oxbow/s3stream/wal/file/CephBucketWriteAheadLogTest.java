package io.oxbow.s3stream.wal.file;

import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.store.ObjectStores;
import io.oxbow.s3stream.testkit.CephGateway;
import io.oxbow.s3stream.testkit.SharedServers;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests a log in the bucket of a real S3 server. */
@Tag("slow")
@Tag("s3")
@ExtendWith(SharedServers.class)
class CephBucketWriteAheadLogTest extends BucketWriteAheadLogContract {

    private final ObjectStore bucket;

    CephBucketWriteAheadLogTest(CephGateway server) {
        String name = "wal-" + UUID.randomUUID();
        bucket =
                ObjectStores.open(
                        server.createBucket(name), server.options(), Environment.system());
    }

    @AfterEach
    void closeBucket() {
        bucket.close();
    }

    @Override
    ObjectStore bucket() {
        return bucket;
    }

    @Override
    int records(int usual) {
        return usual / 5;
    }
}
