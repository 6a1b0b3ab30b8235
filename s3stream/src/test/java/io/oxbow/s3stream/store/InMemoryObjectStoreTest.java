package io.oxbow.s3stream.store;

import io.oxbow.s3stream.testkit.InMemoryObjectStore;

class InMemoryObjectStoreTest extends ObjectStoreContract {

    @Override
    protected ObjectStore open() {
        return new InMemoryObjectStore();
    }
}
