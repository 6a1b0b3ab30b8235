package io.oxbow.examples;

import java.util.Map;

/** Trino on a bucket that is a local directory. */
class TrinoOnLocalStoreTest extends TrinoContract {

    @Override
    Map<String, String> store() {
        return Map.of();
    }

    @Override
    String catalogFile() {
        return "oxbow-local.properties";
    }

    @Override
    Map<String, String> filledIn() {
        return Map.of();
    }
}
