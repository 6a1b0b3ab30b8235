package io.oxbow.node.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the parsing and formatting of sizes. */
class ByteSizeTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1, 1",
        "512, 512",
        "512b, 512",
        "2k, 2048",
        "2K, 2048",
        "2kb, 2048",
        "2KiB, 2048",
        "1m, 1048576",
        "1MB, 1048576",
        "4g, 4294967296",
        "' 4GiB ', 4294967296",
        "8589934591g, 9223372035781033984"
    })
    void readsWhatPeopleWrite(String given, long bytes) {
        assertThat(ByteSize.parse("key", given)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "g", "1.5g", "-1", "-1g", "1t", "1 g", "1gg", "0x10", "٣g", "b"})
    void refusesWhatIsNoSize(String given) {
        assertThatThrownBy(() -> ByteSize.parse("key", given))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("key=" + given)
                .hasMessageContaining("is no size");
    }

    @ParameterizedTest
    @ValueSource(strings = {"8589934592g", "9223372036854775808", "99999999999999999999"})
    void refusesWhatNoNumberHolds(String given) {
        assertThatThrownBy(() -> ByteSize.parse("key", given)).hasMessageContaining("too large");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0g",
        "1000, 1000",
        "1536, 1536",
        "2048, 2k",
        "1073741824, 1g",
        "805306368, 768m"
    })
    void writesTheLargestUnitThatFits(long bytes, String text) {
        assertThat(ByteSize.format(bytes)).isEqualTo(text);
        assertThat(ByteSize.parse("key", text)).isEqualTo(bytes);
    }
}
