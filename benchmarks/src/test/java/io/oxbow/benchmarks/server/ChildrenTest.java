package io.oxbow.benchmarks.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing is left of a measurement. */
class ChildrenTest {

    @TempDir Path directory;

    @Test
    void closingKillsProcessesAndDeletesDirectories() throws Exception {
        Process sleeping;
        Path made;
        try (var children = new Children()) {
            sleeping = children.start(new ProcessBuilder("sleep", "600"));
            made = children.directory(directory, "data-");
            Files.writeString(Files.createDirectory(made.resolve("deep")).resolve("file"), "x");
            assertThat(sleeping.isAlive()).isTrue();
        }
        assertThat(sleeping.isAlive()).isFalse();
        assertThat(made).doesNotExist();
    }
}
