package io.oxbow.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Tests that threads come from the environment, whose factories count the exceptions that end one.
 * Every class that makes a thread in another way stands here, with the reason.
 */
class ThreadRootsTest {

    private static final Pattern RAW =
            Pattern.compile(
                    "new Thread\\(|Thread\\.(ofVirtual|ofPlatform|startVirtualThread)"
                            + "|Executors\\.new|new \\w*ThreadPoolExecutor\\(|new ForkJoinPool"
                            + "|new Timer\\(|new DefaultThreadFactory\\(|EventLoopGroup\\("
                            + "|\\.parallelStream\\(|CompletableFuture\\.(runAsync|supplyAsync)\\(");

    /** Programs beside a node. */
    private static final Set<String> PROGRAMS = Set.of("simulation/", "benchmarks/");

    private static final Set<String> KNOWN =
            new TreeSet<>(
                    Set.of(
                            // The environment itself: its factories, and the timer, which tells.
                            "Environment",
                            "SystemClock",
                            // Netty's loops outlive what their handlers throw; tasks are
                            // CallThreads'.
                            "NetworkServer",
                            // An executor over the environment's factory; failures go to the
                            // caller.
                            "SideBySide",
                            // A pool whose tasks' failures go to the call that waits for them.
                            "ProcessorThreads",
                            // Initializes classes early; nothing waits for its thread.
                            "Preloading",
                            // Hooks of the JVM's end, and what bounds them.
                            "StartCommand",
                            "QuickstartCommand"));

    @Test
    void threadsAreMadeInKnownPlacesAlone() {
        Set<String> found = new TreeSet<>();
        for (SourceFile file : SourceFile.shipped()) {
            boolean product = PROGRAMS.stream().noneMatch(file.path()::startsWith);
            if (product && RAW.matcher(file.text()).find()) {
                found.add(file.name().replace(".java", ""));
            }
        }
        assertThat(found).isEqualTo(KNOWN);
    }
}
