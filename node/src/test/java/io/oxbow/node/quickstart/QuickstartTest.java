package io.oxbow.node.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests the query that the quickstart shows. */
class QuickstartTest {

    @Test
    void theQueryNamesOnlyColumnsThatTheTableHas() {
        assertThat(Quickstart.strongest(List.of("place", "mag")))
                .contains("mag AS magnitude")
                .doesNotContain("mag__double");
        assertThat(Quickstart.strongest(List.of("place", "mag", "mag__double")))
                .contains("COALESCE(mag__double, mag) AS magnitude");
    }
}
