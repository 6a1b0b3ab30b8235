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
    String configuration() {
        return "oxbow-local.conf";
    }

    @Override
    Map<String, String> filledIn() {
        return Map.of();
    }

    @Override
    String respelled(String location) {
        return location.replace("file://", "file:");
    }
}
