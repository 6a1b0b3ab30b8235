package io.oxbow.broker.processor;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.ThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lowers the priority that the kernel gives to a thread. Java's own priorities do nothing on Linux,
 * unless an option of the JVM changes those of its compiler and collector, too.
 */
final class NativePriority {

    private static final Logger LOG = LoggerFactory.getLogger(NativePriority.class);

    /**
     * Steps of {@code nice}. Beside a thread of usual priority, such a thread gets a third of its
     * time, and all that nobody else wants.
     */
    private static final int STEPS = 5;

    private NativePriority() {}

    /**
     * Returns a factory of platform threads whose priority is lower than that of others. Beyond
     * Linux, where {@code nice} is of a whole process, it is the usual one.
     */
    static ThreadFactory lowered(ThreadFactory platformThreads) {
        if (!System.getProperty("os.name").equals("Linux")) {
            return platformThreads;
        }
        return task ->
                platformThreads.newThread(() -> {
                    lower();
                    task.run();
                });
    }

    private static void lower() {
        try {
            Linker linker = Linker.nativeLinker();
            MethodHandle nice =
                    linker.downcallHandle(
                            linker.defaultLookup().findOrThrow("nice"),
                            FunctionDescriptor.of(JAVA_INT, JAVA_INT));
            int ignored = (int) nice.invokeExact(STEPS);
        } catch (Throwable e) {
            LOG.debug("a thread keeps the usual priority", e);
        }
    }
}
