package io.oxbow.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the bounds on schemas. */
class SchemaBoundsTest {

    private static final String RECORD =
            "{\"type\":\"record\",\"name\":\"%s\",\"fields\":[{\"name\":\"l\",\"type\":%s%s},{\"name\":\"r\",\"type\":%s%s}]}";

    /** Each level is a record that the next uses in two fields. */
    private static String doubling(int levels, String ending) {
        String inner = "\"int\"";
        for (int level = 0; level < levels; level++) {
            String again = level == 0 ? inner : "\"D" + (level - 1) + "\"";
            String end = level == 0 && !ending.isEmpty() ? ",\"default\":1" : ending;
            inner = RECORD.formatted("D" + level, inner, end, again, end);
        }
        return inner;
    }

    private static String nested(int levels) {
        return "{\"type\":\"array\",\"items\":".repeat(levels) + "\"int\"" + "}".repeat(levels);
    }

    private static Schema parse(String text) {
        return new Schema.Parser().parse(text);
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 20, 200})
    void aSchemaThatMultipliesItselfIsBeyondThem(int levels) {
        assertThat(SchemaBounds.violation(parse(doubling(levels, ""))))
                .get()
                .asString()
                .containsAnyOf("types", "deeper");
    }

    @Test
    void onesThatPeopleHaveKeepThem() {
        assertThat(SchemaBounds.violation(parse(doubling(14, "")))).isEmpty();
        assertThat(SchemaBounds.violation(parse(nested(255)))).isEmpty();
        assertThat(
                        SchemaBounds.violation(
                                parse(
                                        "{\"type\":\"record\",\"name\":\"T\",\"fields\":[{\"name\":\"c\",\"type\":{\"type\":\"array\",\"items\":\"T\"}}]}")))
                .isEmpty();
    }

    @Test
    void depthDigitsAndFixedSizesAreBounded() {
        assertThat(SchemaBounds.violation(parse(nested(256)))).isPresent();
        assertThat(
                        SchemaBounds.violation(
                                parse(
                                        "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":2000000000,\"scale\":1999999999}")))
                .isPresent();
        assertThat(
                        SchemaBounds.violation(
                                parse("{\"type\":\"fixed\",\"name\":\"F\",\"size\":2147483639}")))
                .isPresent();
    }

    /** Defaults of records in records are looked at use by use: bounds come first. */
    @Test
    void registrationRefusesWhatIsBeyondThemAtOnce() {
        SchemaRegistry registry = SchemaRegistry.open(new InMemorySchemaLog());

        for (String text :
                List.of(doubling(40, ",\"default\":{}"), nested(400), "[".repeat(100_000))) {
            assertThatThrownBy(() -> registry.register("s", text, List.of()))
                    .isInstanceOf(RegistryException.class)
                    .extracting(e -> ((RegistryException) e).error())
                    .isEqualTo(RegistryError.INVALID_SCHEMA);
        }
        registry.register("s", doubling(5, ",\"default\":{}"), List.of());
    }
}
