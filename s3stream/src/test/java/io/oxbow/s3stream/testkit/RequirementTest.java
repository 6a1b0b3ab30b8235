package io.oxbow.s3stream.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

class RequirementTest {

    @Test
    void whatIsAbsentSkipsOrFailsAndIsNamed() {
        assertThatThrownBy(() -> Requirement.require(false, "a thing that nobody has"))
                .isInstanceOf(Requirement.all() ? AssertionError.class : TestAbortedException.class)
                .hasMessageContaining("a thing that nobody has");
    }

    @Test
    void onlyProgramsThatAreNotThereAreMissing() {
        assertThat(Requirement.missingPrograms("sh", "no-such-program-anywhere"))
                .containsExactly("no-such-program-anywhere");
    }

    @Test
    @RequiresPrograms(value = "sh", hint = "every system has it")
    void aTestWhoseProgramsAreInstalledRuns(@TempDir Path directory) throws Exception {
        var said = ServerProcess.run(directory, List.of("sh", "-c", "echo here"));
        assertThat(said).isEqualTo("here\n");
        assertThat(directory).isEmptyDirectory();
    }
}
