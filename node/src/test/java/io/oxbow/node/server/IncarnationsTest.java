package io.oxbow.node.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.node.config.ConfigFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the memory of processes that ran on a data directory. */
class IncarnationsTest {

    private static final UUID FIRST = new UUID(0, 1);
    private static final UUID SECOND = new UUID(0, 2);

    @TempDir Path dir = Path.of("");

    @Test
    void earlierProcessesHaveEnded() throws Exception {
        try (var first = Incarnations.claim(dir)) {
            first.add(FIRST);
            assertThat(first.hasEnded(FIRST)).isFalse();
        }
        try (var second = Incarnations.claim(dir)) {
            assertThat(second.hasEnded(FIRST)).isTrue();
            second.add(SECOND);
        }
        try (var third = Incarnations.claim(dir)) {
            assertThat(third.hasEnded(FIRST)).isTrue();
            assertThat(third.hasEnded(SECOND)).isTrue();
            third.keepOnly(new UUID(0, 3));
        }
        try (var last = Incarnations.claim(dir)) {
            assertThat(last.hasEnded(FIRST)).isFalse();
            assertThat(last.hasEnded(new UUID(0, 3))).isTrue();
        }
    }

    @Test
    void secondProcessOnOneDirectoryIsRefused() throws Exception {
        try (var living = Incarnations.claim(dir)) {
            living.add(FIRST);
            assertThatThrownBy(() -> Incarnations.claim(dir))
                    .isInstanceOf(ConfigFailure.class)
                    .hasMessageContaining("oxbow.data.dir=" + dir)
                    .hasMessageContaining("--data");
        }
        Incarnations.claim(dir).close();
    }

    @Test
    void aLineThatWasCutShortIsPassedOver() throws Exception {
        Files.writeString(dir.resolve("incarnations"), FIRST + "\n0000");
        try (var next = Incarnations.claim(dir)) {
            assertThat(next.hasEnded(FIRST)).isTrue();
            next.add(SECOND);
        }
        try (var last = Incarnations.claim(dir)) {
            assertThat(last.hasEnded(SECOND)).isTrue();
        }
    }
}
