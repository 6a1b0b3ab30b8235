package io.oxbow.s3stream.wal.file;

import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.store.local.LocalObjectStore;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class LocalBucketWriteAheadLogTest extends BucketWriteAheadLogContract {

    @TempDir Path directory;
    private ObjectStore bucket;

    @BeforeEach
    void openBucket() {
        bucket = LocalObjectStore.open(directory.resolve("bucket"));
    }

    @AfterEach
    void closeBucket() {
        bucket.close();
    }

    @Override
    ObjectStore bucket() {
        return bucket;
    }
}
