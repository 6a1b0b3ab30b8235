package io.oxbow.benchmarks.requests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.oxbow.benchmarks.server.RequestCounts;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests how requests are counted and priced. */
class RequestCountsTest {

    private static final String BEFORE =
            """
            # TYPE oxbow_store_requests_total counter
            oxbow_store_requests_total{operation="put",outcome="ok"} 3.0
            oxbow_store_requests_total{operation="get",outcome="ok"} 100.0
            """;

    private static final String AFTER =
            """
            oxbow_store_requests_total{operation="put",outcome="ok"} 5.0
            oxbow_store_requests_total{operation="put",outcome="timeout"} 1.0
            oxbow_store_requests_total{operation="create",outcome="ok"} 4.0
            oxbow_store_requests_total{operation="upload_part",outcome="ok"} 2.0
            oxbow_store_requests_total{operation="get",outcome="not_found"} 1000.0
            oxbow_store_requests_total{operation="get",outcome="ok"} 100.0
            oxbow_store_requests_total{operation="list",outcome="ok"} 1.0
            oxbow_store_requests_total{operation="delete",outcome="ok"} 7.0
            oxbow_store_retries_total{operation="put"} 1.0
            """;

    private final RequestCounts counts = RequestCounts.of(AFTER).since(RequestCounts.of(BEFORE));

    @Test
    void eachRequestCountsByWhatAStoreBillsForIt() {
        assertThat(counts.puts()).as("a repetition and a part cost as much").isEqualTo(9);
        assertThat(counts.gets()).isEqualTo(1000);
        assertThat(counts.lists()).isEqualTo(1);
        assertThat(counts.dollars()).isCloseTo(0.00005 + 0.0004, within(1e-9));
    }

    @Test
    void tableNamesThePriceOfAMonth() {
        var figures = new RequestFigures(1, "file", 20, counts, counts.times(2));
        assertThat(RequestFigures.table(List.of(figures)))
                .contains("| `file` | per GiB at 20.0 MiB/s | 9.0 | 1000.0 | 1.0 | 23.10 |")
                .contains("| `file` | per idle hour | 18.0 | 2000.0 | 2.0 | 0.66 |");
        assertThat(RequestFigures.metrics(List.of(figures)))
                .containsOnlyKeys("requests_per_gib_file", "requests_idle_hour_file");
    }
}
