package io.oxbow.simulation.kernel;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.Executor;

/**
 * Makes virtual threads that run on an executor of ours. The JDK has such a constructor for its own
 * tests alone; {@code --add-opens java.base/java.lang=ALL-UNNAMED} lets us call it. Virtual threads
 * that they start inherit the executor.
 */
final class VirtualThreads {

    private static final String BUILDER = "java.lang.ThreadBuilders$VirtualThreadBuilder";

    private VirtualThreads() {}

    static Thread.Builder.OfVirtual on(Executor executor) {
        try {
            Constructor<?> constructor =
                    Class.forName(BUILDER).getDeclaredConstructor(Executor.class);
            constructor.setAccessible(true);
            return (Thread.Builder.OfVirtual) constructor.newInstance(executor);
        } catch (ReflectiveOperationException | RuntimeException e) {
            Throwable cause = e instanceof InvocationTargetException ? e.getCause() : e;
            throw new IllegalStateException(
                    "this JVM gives no virtual threads with a scheduler of ours; it needs"
                            + " --add-opens java.base/java.lang=ALL-UNNAMED and JDK 25",
                    cause);
        }
    }
}
