package io.oxbow.s3stream.wal.file;

import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.testkit.InMemoryObjectStore;

class MemoryBucketWriteAheadLogTest extends BucketWriteAheadLogContract {

    private final InMemoryObjectStore bucket = new InMemoryObjectStore();

    @Override
    ObjectStore bucket() {
        return bucket;
    }
}
