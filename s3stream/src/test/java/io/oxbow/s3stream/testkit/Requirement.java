package io.oxbow.s3stream.testkit;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.opentest4j.TestAbortedException;

/**
 * Requirement of a test for something outside. Without it the test is skipped with a message; with
 * {@code OXBOW_REQUIRE_ALL=1} in the environment it fails instead.
 */
public final class Requirement {

    private Requirement() {}

    public static boolean all() {
        return "1".equals(System.getenv("OXBOW_REQUIRE_ALL"));
    }

    /** Returns those of {@code names} that are not programs on the PATH. */
    public static List<String> missingPrograms(String... names) {
        return Arrays.stream(names).filter(name -> !isOnPath(name)).toList();
    }

    private static boolean isOnPath(String name) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, name)));
    }

    /**
     * Returns if {@code present}; otherwise skips the test, or fails it where everything is
     * required.
     *
     * @param what it is and how to get it, for the reader of the log
     */
    public static void require(boolean present, String what) {
        if (present) {
            return;
        }
        if (all()) {
            throw new AssertionError("OXBOW_REQUIRE_ALL=1, but absent: " + what);
        }
        System.err.println("SKIPPED for want of " + what);
        throw new TestAbortedException("absent: " + what);
    }
}
