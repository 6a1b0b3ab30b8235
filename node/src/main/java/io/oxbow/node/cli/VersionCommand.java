package io.oxbow.node.cli;

import io.oxbow.node.config.Version;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code oxbow version} */
@Command(
        name = "version",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Print the version and the commit that it was built from.")
public final class VersionCommand implements Callable<Integer> {

    @Override
    public Integer call() {
        System.out.println(Version.current());
        return 0;
    }
}
