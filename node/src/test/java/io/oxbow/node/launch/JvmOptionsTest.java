package io.oxbow.node.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the sizes of a node's JVM. */
class JvmOptionsTest {

    private static final long MIB = 1L << 20;
    private static final long MACHINE = 24_576 * MIB;

    @TempDir Path directory = Path.of("");

    @Test
    void withoutAWordItIsOneGibibyte() {
        assertThat(sized("start")).isEqualTo(1024 * MIB);
        assertThat(sized("quickstart", "--exit")).isEqualTo(1024 * MIB);
    }

    @ParameterizedTest
    @CsvSource({"512, 512", "800, 600", "1024, 768", "1365, 1023", "2048, 1024"})
    void inASmallerContainerItIsThreeQuarters(long container, long expected) {
        List<String> options = JvmOptions.of(new String[] {"start"}, "", container * MIB);
        assertThat(applied(options) / MIB).isEqualTo(expected);
    }

    @Test
    void partsOfEverySizeAddUp() {
        for (long mib = 512; mib <= 65_536; mib += 256) {
            MemoryPlan plan = MemoryPlan.of(mib * MIB);
            assertThat(plan.heapBytes()).isEqualTo(plan.directBytes());
            long beside = plan.processBytes() - plan.heapBytes() - plan.directBytes();
            assertThat(beside).isBetween(mib * MIB / 16 + 264 * MIB, mib * MIB / 16 + 268 * MIB);
        }
    }

    @Test
    void sizeIsTakenFromWhereTheCommandLineTakesIt() throws IOException {
        Path file = file("oxbow.memory = 2g");
        assertThat(sized("start", "--set", "oxbow.memory=3g")).isEqualTo(3072 * MIB);
        assertThat(sized("start", "--set=oxbow.memory=3g")).isEqualTo(3072 * MIB);
        assertThat(sized("start", "--config", file.toString())).isEqualTo(2048 * MIB);
        assertThat(sized("start", "--config=" + file)).isEqualTo(2048 * MIB);
        assertThat(sized("start", "--set", "oxbow.memory=3g", "--config", file.toString()))
                .isEqualTo(3072 * MIB);
        assertThat(sized("start", "--set", "oxbow.memory=3g", "--set", "oxbow.memory=600m"))
                .isEqualTo(600 * MIB);
        assertThat(sized("--log-level", "warn", "start", "--set", "oxbow.memory=3g"))
                .isEqualTo(3072 * MIB);
        assertThat(sized("--log-level=warn", "start", "--config", file.toString()))
                .isEqualTo(2048 * MIB);
    }

    @Test
    void otherOptionsAreNoSizes() {
        assertThat(sized("start", "--set", "oxbow.memory.slab.bytes=99")).isEqualTo(1024 * MIB);
        assertThat(sized("start", "--data", "--set=oxbow.memory", "--set")).isEqualTo(1024 * MIB);
        // The word after an option is its value, whatever it looks like.
        assertThat(sized("start", "--set", "--set=oxbow.memory=3g")).isEqualTo(1024 * MIB);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "oxbow.memory=2g",
                "oxbow.memory:2g",
                "oxbow.memory 2g",
                "  oxbow.memory\t=  2g",
                "oxbow.memory=1g\noxbow.memory=2g",
                "oxbow.memory=\\\n   2g",
                "oxbow\\u002ememory=2g",
                "# oxbow.memory=9g\n!oxbow.memory=9g\nxoxbow.memory=9g\noxbow.memory=2048M"
            })
    void propertiesAreReadAsJavaReadsThem(String text) throws IOException {
        assertThat(sized("start", "--config", file(text).toString())).isEqualTo(2048 * MIB);
    }

    @Test
    void fileThatCannotBeReadIsLeftForTheNodeToRefuse() throws IOException {
        assertThat(sized("start", "--config", "absent")).isEqualTo(1024 * MIB);
        assertThat(sized("start", "--config", file("a=\\u00").toString())).isEqualTo(1024 * MIB);
        assertThat(sized("start", "--config")).isEqualTo(1024 * MIB);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-Xmx1024m -XX:MaxDirectMemorySize=512m",
                "-XX:MaxDirectMemorySize=512m -Dx=y -Xms1g -Xmx1g -ea",
                "-XX:MaxDirectMemorySize=512m",
                "-XX:MaxRAMPercentage=40"
            })
    void sizesInJvmOptionsTakeItsPlaceAndExcludeTheKey(String jvmOptions) {
        assertThat(JvmOptions.of(new String[] {"start"}, jvmOptions, MACHINE))
                .containsExactly("-XX:MaxNewSize=192m");
        String[] both = {"start", "--set", "oxbow.memory=1g"};
        assertThatThrownBy(() -> JvmOptions.of(both, jvmOptions, MACHINE))
                .hasMessageContaining("oxbow.memory=1g")
                .hasMessageContaining("OXBOW_OPTS");
    }

    @ParameterizedTest
    @CsvSource({
        "-Xmx512m, 184",
        "-Dx=y -Xms1g -Xmx1g -ea, 632",
        "-XX:MaxHeapSize=1048576k, 632",
        "-Xmx64m, 128",
        "-Xmx2g -Xmx512M, 184"
    })
    void directMemoryBesideASizedHeapMakesTheProcessTwiceTheHeap(String jvmOptions, int mib) {
        assertThat(JvmOptions.of(new String[] {"start"}, jvmOptions, MACHINE))
                .containsExactly(
                        "-XX:MaxDirectMemorySize=%dm".formatted(mib), "-XX:MaxNewSize=192m");
    }

    @Test
    void otherJvmOptionsDoNot() {
        assertThat(applied(JvmOptions.of(new String[] {"start"}, "-ea -Xms64m", MACHINE)))
                .isEqualTo(1024 * MIB);
    }

    @ParameterizedTest
    @CsvSource({
        "511m, at least 512m",
        "1, at least 512m",
        "25g, machine or container has 24576 MiB",
        "a lot, is no size",
        "'', is no size"
    })
    void malformedAndUnfitSizesAreRefused(String given, String message) {
        assertThatThrownBy(() -> sized("start", "--set", "oxbow.memory=" + given))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("oxbow.memory=")
                .hasMessageContaining(message);
    }

    private Path file(String text) throws IOException {
        return Files.writeString(directory.resolve("oxbow.properties"), text);
    }

    private static long sized(String... arguments) {
        return applied(JvmOptions.of(arguments, "", MACHINE));
    }

    private static long applied(List<String> options) {
        String prefix = "-D" + MemoryPlan.APPLIED + "=";
        return options.stream()
                .filter(option -> option.startsWith(prefix))
                .map(option -> Long.parseLong(option.substring(prefix.length())))
                .findFirst()
                .orElseThrow();
    }
}
