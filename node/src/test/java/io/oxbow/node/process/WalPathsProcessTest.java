package io.oxbow.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.testkit.Sampled;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests a write-ahead log over two files: kill -9 loses nothing, and no start goes without one of
 * them.
 */
@Sampled
@Tag("slow")
class WalPathsProcessTest {

    private static final Pattern IDS = Pattern.compile("write-ahead log \\[([^]]+)]: (.*)");
    private static final int PARTITIONS = 8;

    @TempDir Path temporary = Path.of("");

    @Test
    void ackedRecordsOnTwoFilesSurviveAKillAndNeedBothFiles() throws Exception {
        Path data = temporary.resolve("data");
        Path other = temporary.resolve("disk2/wal");
        Map<String, String> settings = settings("wal," + other);
        OxbowProcess node = OxbowProcess.start(data, settings);
        settings.put("listeners", "PLAINTEXT://" + node.kafka());
        try (var load = new NumberedLoad(node.kafka(), "numbers", PARTITIONS, 200)) {
            load.awaitMore(2_000);
            assertThat(data.resolve("wal")).exists();
            String lost = idOf(other, node.log());
            node.kill();

            assertThat(refusalOf(data, "wal")).contains(lost).contains("Bring its volume back");
            node = OxbowProcess.start(data, settings);
            load.awaitMore(500);
            load.finish();
            load.verify(node.kafka());
            assertThat(node.terminate()).isZero();
        } finally {
            node.close();
        }
        settings.put("oxbow.wal.path", "wal");
        try (var onOne = OxbowProcess.start(data, settings)) {
            assertThat(onOne.terminate()).as("after a clean stop one will do").isZero();
        }
    }

    /** Settings by which uploads wait longer than the test takes: all records are in the log. */
    private static Map<String, String> settings(String paths) {
        Map<String, String> settings = new HashMap<>();
        settings.put("oxbow.wal.path", paths);
        settings.put("num.partitions", String.valueOf(PARTITIONS));
        settings.put("oxbow.upload.interval.ms", "600000");
        return settings;
    }

    private static String refusalOf(Path data, String paths) throws Exception {
        List<String> start = new ArrayList<>(List.of("start", "--data", data.toString()));
        Map<String, String> settings = settings(paths);
        settings.put("listeners", "PLAINTEXT://127.0.0.1:0");
        settings.put("oxbow.http.listener", "127.0.0.1:0");
        settings.forEach((key, value) -> start.addAll(List.of("--set", key + "=" + value)));
        Outcome outcome = OxbowProcess.run(start.toArray(String[]::new));
        assertThat(outcome.exit()).as(outcome.err()).isEqualTo(1);
        return outcome.err();
    }

    /** The start tells ids and paths, in the same order. */
    private static String idOf(Path path, String log) {
        var told = IDS.matcher(log);
        assertThat(told.find()).as(log).isTrue();
        String[] ids = told.group(1).split(", ");
        String[] paths = told.group(2).split(", ");
        for (int i = 0; i < ids.length; i++) {
            if (paths[i].startsWith(path.toString())) {
                return ids[i];
            }
        }
        throw new AssertionError(path + " is not in " + told.group());
    }
}
