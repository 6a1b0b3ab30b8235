package io.oxbow.node.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.node.config.ConfigFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Tests that a start refuses settings of which one would be ignored, before it makes anything. */
class StartCommandTest {

    @TempDir Path temporary = Path.of("");

    private void assertRefused(String reason, String... arguments) {
        var command = CommandLine.populateCommand(new StartCommand(), arguments);
        assertThatThrownBy(command::call)
                .isInstanceOf(ConfigFailure.class)
                .hasMessageContaining(reason)
                .hasMessageNotContaining("hush");
        assertThat(temporary.resolve("data")).doesNotExist();
    }

    @Test
    void keyThatIsSetTwiceIsRefused() {
        assertRefused(
                "s3.session-token is given twice",
                "--set",
                "s3.session-token=hush",
                "--set",
                "s3.session-token=hush");
        String data = temporary.resolve("data").toString();
        assertRefused(
                "oxbow.data.dir is given twice", "--data", data, "--set", "oxbow.data.dir=" + data);
    }

    @Test
    void keyThatStandsTwiceInTheFileIsRefused() throws Exception {
        Path file = temporary.resolve("node.properties");
        Files.writeString(
                file, "s3.session-token=hush\nnum.partitions=2\ns3.session-token: hush\n");
        assertRefused("s3.session-token stands twice in " + file, "--config", file.toString());
    }
}
