package io.oxbow.tableflow.tend;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.testkit.Sampled;
import io.oxbow.tableflow.tend.SimulatedYear.Look;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Tests that a table which is committed to for a year stays small, fast and cheap. {@code bin/year}
 * runs it with more commits, and draws the curves.
 */
@Sampled
@Tag("slow")
class SimulatedYearTest {

    /** Commits of a year's short form. */
    private static final int SHORT = 610;

    private static final int COMMITS = Integer.getInteger("oxbow.year.commits", SHORT);

    /** Picture that is written; null for none. */
    private static final @Nullable String PICTURE = System.getProperty("oxbow.year.picture");

    /** Partitioning of each year's table, by its name. */
    private static final Map<String, String> LAYOUTS = new TreeMap<>();

    static {
        LAYOUTS.put("a partition a day", "day(kafka_timestamp)");
        LAYOUTS.put("16 buckets a day", "day(kafka_timestamp), bucket(16,id)");
    }

    @Test
    @Timeout(value = 3, unit = TimeUnit.HOURS)
    void theSecondHalfOfAYearAddsHardlyAnythingToWhatIsNotRows() throws IOException {
        Map<String, List<Look>> years = new LinkedHashMap<>();
        for (Map.Entry<String, String> layout : LAYOUTS.entrySet()) {
            years.put(
                    layout.getKey(),
                    new SimulatedYear(COMMITS, Map.of("table.partition.by", layout.getValue()))
                            .run());
        }
        if (PICTURE != null) {
            Files.writeString(Path.of(PICTURE), YearPlot.of(years));
        }
        List<String> grown = new ArrayList<>();
        years.forEach((name, looks) -> {
            assertThat(looks)
                    .allSatisfy(look -> assertThat(look.mostSmallFiles()).isLessThanOrEqualTo(20));
            for (YearCurve curve : YearCurve.values()) {
                System.out.printf(
                        "%s: %s: %s, grown by %.1f %% in the second half%n",
                        name,
                        curve.title(),
                        YearPlot.number(curve.values(looks)[looks.size() - 1]),
                        100 * curve.growth(looks));
                if (!curve.levelsOff(looks)) {
                    grown.add("%s: %s".formatted(name, curve.title()));
                }
            }
        });
        assertThat(grown).isEmpty();
    }
}
