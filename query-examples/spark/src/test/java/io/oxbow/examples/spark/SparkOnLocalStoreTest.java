package io.oxbow.examples.spark;

import java.util.Map;
import org.junit.jupiter.api.Tag;

/** Spark on a bucket that is a local directory: Hadoop writes {@code file:/x}. */
@Tag("slow")
class SparkOnLocalStoreTest extends SparkContract {

    @Override
    Map<String, String> store() {
        return Map.of();
    }

    @Override
    Map<String, String> spark() {
        return Map.of();
    }
}
