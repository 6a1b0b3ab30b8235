package io.oxbow.benchmarks.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests the parsing of the kernel's report on processes. */
class UsageTest {

    @Test
    void cpuTimeIsUserAndKernelTimeWhateverTheProcessIsCalled() {
        String stat =
                "4711 (a (odd) name) S 1 4711 4711 0 -1 4194560 5 6 7 8 250 50 9 10 20 0 1 0 123";
        assertThat(Usage.cpuSeconds(stat)).isEqualTo(3.0);
    }

    @Test
    void theResidentSetIsItsPeak() {
        List<String> status = List.of("Name:\tjava", "VmHWM:\t    2048 kB", "VmRSS:\t 1024 kB");
        assertThat(Usage.peakRssBytes(status)).isEqualTo(2048 * 1024);
    }

    @Test
    void ofAProcessThatRunsBothAreThere() {
        long me = ProcessHandle.current().pid();
        Usage alone = Usage.of(List.of(me));
        Usage twice = Usage.of(List.of(me, me));

        assertThat(alone.cpuSeconds()).isPositive();
        assertThat(twice.cpuSeconds()).isGreaterThanOrEqualTo(2 * alone.cpuSeconds());
        assertThat(twice.peakRssBytes()).isGreaterThanOrEqualTo(2 * alone.peakRssBytes());
    }

    @Test
    void aProcessThatEndedIsNamed() throws Exception {
        Process ended = new ProcessBuilder("true").start();
        ended.waitFor();
        assertThatThrownBy(() -> Usage.of(List.of(ended.pid())))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(String.valueOf(ended.pid()));
    }
}
