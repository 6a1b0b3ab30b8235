package io.oxbow.examples;

import java.util.Map;
import org.junit.jupiter.api.Tag;

/** Tests Trino on a bucket that is a local directory. */
@Tag("slow")
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
