package io.oxbow.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.oxbow.benchmarks.compare.Result.Pair;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Ratios, targets, and how results are told. */
class ResultTest {

    private static Result.Measured measured(Metric metric, Pair... runs) {
        return (Result.Measured) Result.of(metric, List.of(runs), List.of());
    }

    @Test
    void ratiosAreOfEachAlternation() {
        Result.Measured result =
                measured(Metric.CPU_80MIB_16K_RF1, new Pair(2, 4), new Pair(9, 3), new Pair(4, 4));
        assertThat(result.ratio()).isEqualTo(new Spread(0.5, 1.0, 3.0));
        assertThat(result.oxbow()).isEqualTo(4);
        assertThat(result.peer()).isEqualTo(4);
        assertThat(result.isMet()).isTrue();
    }

    @Test
    void theMiddleOfAnEvenNumberIsBetweenTwo() {
        assertThat(Spread.of(List.of(4.0, 1.0, 2.0, 3.0))).isEqualTo(new Spread(1, 2.5, 4));
    }

    @Test
    void throughputShouldBeHigherAndCpuLower() {
        assertThat(measured(Metric.SATURATION_16K_FLUSH, new Pair(99, 10)).isMet()).isFalse();
        assertThat(measured(Metric.SATURATION_16K_FLUSH, new Pair(100, 10)).isMet()).isTrue();
        assertThat(measured(Metric.RSS_80MIB, new Pair(100, 99)).isMet()).isFalse();
        assertThat(measured(Metric.RSS_80MIB, new Pair(99, 100)).isMet()).isTrue();
    }

    @Test
    void catchUpIsBoundedByItsOwnSecondsNotByTheRatio() {
        assertThat(measured(Metric.CATCHUP_CPU, new Pair(0.9, 0.2)).isMet()).isTrue();
        assertThat(measured(Metric.CATCHUP_CPU, new Pair(1.1, 2.0)).isMet()).isFalse();
    }

    @Test
    void isolationIsBoundedByItsOwnRise() {
        Result.Measured result = measured(Metric.CATCHUP_ISOLATION, new Pair(1.4, 10));
        assertThat(result.ratio().median()).isEqualTo(1.4);
        assertThat(result.isMet()).isTrue();
    }

    @Test
    void metricWithoutAPeerShowsNoneAndIsJudgedByItsOwnFigure() throws Exception {
        Result.Measured result = measured(Metric.REQUESTS_PER_GIB, new Pair(7, Double.NaN));
        assertThat(result.isMet()).isTrue();
        assertThat(Table.of(List.of(result))).contains("| 7.00 | – | – | – | – | ≤ 8.00 (Oxbow) |");
        JsonNode told =
                new ObjectMapper()
                        .readTree(new Report(Map.of()).of(List.of(result)))
                        .path("metrics")
                        .path(0);
        assertThat(told.path("oxbow").asDouble()).isEqualTo(7);
        assertThat(told.path("peer").isNull()).isTrue();
        assertThat(told.path("ratio").path("median").isNull()).isTrue();
        assertThat(told.path("met").asBoolean()).isTrue();
    }

    @Test
    void distanceSaysHowManyTimesAsBadAsAllowed() {
        assertThat(measured(Metric.CPU_80MIB_16K_RF3, new Pair(0.7, 1)).distance())
                .isEqualTo(2, within(1e-9));
        assertThat(measured(Metric.SATURATION_16K_FLUSH, new Pair(5, 1)).distance())
                .isEqualTo(2, within(1e-9));
    }

    @Test
    void jsonHasWhatIsKnownAndReasonsForTheRest() throws Exception {
        String text =
                new Report(Map.of("cores", "2"))
                        .of(
                                List.of(
                                        measured(Metric.CPU_80MIB_16K_RF1, new Pair(2, 4)),
                                        Result.of(
                                                Metric.WAL_VS_FIO,
                                                List.of(),
                                                List.of("install fio"))));
        JsonNode report = new ObjectMapper().readTree(text);
        assertThat(report.path("about").path("cores").asText()).isEqualTo("2");
        JsonNode cpu = report.path("metrics").path(0);
        assertThat(cpu.path("name").asText()).isEqualTo("cpu_80mib_16k_rf1");
        assertThat(cpu.path("direction").asText()).isEqualTo("lower");
        assertThat(cpu.path("ratio").path("median").asDouble()).isEqualTo(0.5);
        assertThat(cpu.path("target").asDouble()).isEqualTo(1.0);
        assertThat(cpu.path("met").asBoolean()).isTrue();
        JsonNode wal = report.path("metrics").path(1);
        assertThat(wal.path("oxbow").isNull()).isTrue();
        assertThat(wal.path("ratio").isNull()).isTrue();
        assertThat(wal.path("met").isNull()).isTrue();
        assertThat(wal.path("reason").asText()).isEqualTo("install fio");
    }

    @Test
    void theTableShowsRatiosBesideTheirTargets() {
        String table =
                Table.of(
                        List.of(
                                measured(Metric.CPU_80MIB_16K_RF1, new Pair(2, 4), new Pair(3, 4)),
                                measured(Metric.CATCHUP_CPU, new Pair(1.5, 0.5)),
                                Result.of(Metric.WAL_VS_FIO, List.of(), List.of("install fio"))));
        assertThat(table)
                .contains(
                        "| `cpu_80mib_16k_rf1` | CPU s/GiB | 2.50 | 4.00 | 0.50 | 0.63 | 0.75 |"
                                + " ≤ 1.00 | ✓ |")
                .contains("| 3.00 | 3.00 | 3.00 | ≤ 1.00 (Oxbow) | ✗ |")
                .contains("- `wal_vs_fio`: install fio");
    }

    @Test
    void thePictureHasABarForEachAndATargetInTheMiddle() {
        String picture =
                Chart.of(
                        List.of(
                                measured(Metric.CPU_80MIB_16K_RF1, new Pair(2, 4)),
                                Result.of(Metric.WAL_VS_FIO, List.of(), List.of("install fio"))));
        assertThat(picture)
                .startsWith("<svg ")
                .contains("cpu_80mib_16k_rf1", "not measured")
                .endsWith("</svg>\n");
        assertThat(Chart.position(1)).isEqualTo((Chart.position(0.1) + Chart.position(10)) / 2);
        assertThat(Chart.position(1e6)).isEqualTo(Chart.position(10));
    }
}
