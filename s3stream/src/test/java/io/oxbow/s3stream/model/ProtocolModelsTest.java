package io.oxbow.s3stream.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.testkit.RequiresPrograms;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The models of the protocols hold, and each of their rules is needed. */
@Tag("slow")
@RequiresPrograms(
        value = {"spin", "cc"},
        hint = "apt-get install spin gcc libc6-dev")
class ProtocolModelsTest {

    @Test
    void modelsHoldAndTheirMutantsBreak() throws Exception {
        var check =
                new ProcessBuilder("src/model/check", "--short")
                        .directory(new File("").getAbsoluteFile())
                        .redirectErrorStream(true)
                        .start();
        check.getOutputStream().close();
        String said =
                new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();

        assertThat(check.waitFor()).as(said).isZero();
        List<String> lines = said.lines().toList();
        assertThat(lines).filteredOn(line -> line.endsWith(": caught")).hasSizeGreaterThan(18);
        assertThat(lines).filteredOn(line -> line.contains(": passes, ")).hasSize(4);
    }
}
