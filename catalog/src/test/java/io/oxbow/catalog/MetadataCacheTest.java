package io.oxbow.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.inmemory.InMemoryFileIO;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;

/** Tests that parsed metadata files take no more heap than a bound allows. */
class MetadataCacheTest {

    private final InMemoryFileIO io = new InMemoryFileIO();

    private String write(int number, int propertyLength) {
        Map<String, String> properties = new HashMap<>();
        properties.put("long", "x".repeat(propertyLength));
        TableMetadata metadata =
                TableMetadata.newTableMetadata(
                        new Schema(Types.NestedField.required(1, "id", Types.LongType.get())),
                        PartitionSpec.unpartitioned(),
                        "memory://t",
                        properties);
        String location = "memory://t/metadata/" + number + "-" + propertyLength + ".metadata.json";
        TableMetadataParser.write(metadata, io.newOutputFile(location));
        return location;
    }

    @Test
    void theLastOnesUsedAreKeptWithinTheBound() {
        MetadataCache cache = new MetadataCache(io, 1 << 20);
        String first = write(0, 1_000);
        TableMetadata kept = cache.read(first);
        assertThat(cache.read(first)).isSameAs(kept);

        for (int i = 1; i < 100; i++) {
            cache.read(write(i, 10_000));
            assertThat(cache.bytes()).isLessThanOrEqualTo(1 << 20);
        }
        assertThat(cache.bytes()).isGreaterThan(1 << 19);
        assertThat(cache.read(first)).isNotSameAs(kept);
    }

    @Test
    void aFileBeyondTheBoundIsReadAndNotKept() {
        MetadataCache cache = new MetadataCache(io, 1 << 20);
        String huge = write(0, 2 << 20);
        assertThat(cache.read(huge).properties().get("long")).hasSize(2 << 20);
        assertThat(cache.bytes()).isZero();
    }
}
