package io.oxbow.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Tests that a command ends with an exit code whatever it throws. */
class MainTest {

    @Command(name = "start")
    private static final class Broken implements Callable<Integer> {
        @Override
        public Integer call() {
            throw new NoClassDefFoundError("half of a start");
        }
    }

    @Test
    void anErrorOfACommandIsItsExitCode() {
        assertThat(Main.run(new CommandLine(new Broken()))).isEqualTo(1);
    }
}
