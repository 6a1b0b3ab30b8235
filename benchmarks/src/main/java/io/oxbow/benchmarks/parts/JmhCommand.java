package io.oxbow.benchmarks.parts;

import java.util.concurrent.Callable;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bench jmh}. */
@Command(
        name = "jmh",
        mixinStandardHelpOptions = true,
        description = "Measures parts of the produce and fetch paths by themselves.")
public final class JmhCommand implements Callable<Integer> {

    @Parameters(
            arity = "0..1",
            paramLabel = "PATTERN",
            description = "Pattern that the names of the benchmarks to run contain.")
    private String pattern = ".*";

    @Option(
            names = "--forks",
            paramLabel = "N",
            description = "JVMs, one after another (default: ${DEFAULT-VALUE}).")
    private int forks = 1;

    @Option(
            names = "--seconds",
            paramLabel = "SECONDS",
            description =
                    "Length of warm-up, and of measuring, in seconds (default: ${DEFAULT-VALUE}).")
    private int seconds = 5;

    @Override
    public Integer call() throws RunnerException {
        Options options =
                new OptionsBuilder()
                        .include(pattern)
                        .forks(forks)
                        .warmupIterations(seconds)
                        .warmupTime(TimeValue.seconds(1))
                        .measurementIterations(seconds)
                        .measurementTime(TimeValue.seconds(1))
                        .jvmArgs(
                                "-Xms1g",
                                "-Xmx1g",
                                "-XX:+UseCompactObjectHeaders",
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error")
                        .build();
        return new Runner(options).run().isEmpty() ? 1 : 0;
    }
}
