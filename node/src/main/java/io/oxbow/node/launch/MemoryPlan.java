package io.oxbow.node.launch;

import java.util.List;

/**
 * Division of a process's memory: a part for the JVM itself, the rest in halves for heap and direct
 * memory.
 *
 * @param processBytes all that the process may have resident
 * @param heapBytes the heap's maximum
 * @param directBytes the maximum of direct memory
 */
public record MemoryPlan(long processBytes, long heapBytes, long directBytes) {

    /** Configuration key of the process's memory. */
    public static final String KEY = "oxbow.memory";

    /** System property of the started JVM: the {@link #processBytes} that it was sized for. */
    public static final String APPLIED = "oxbow.memory.applied";

    private static final long MIB = 1L << 20;

    /** Default size, enough for a laptop's node, and for most others. */
    private static final long USUAL_BYTES = 1024 * MIB;

    private static final long LEAST_BYTES = 512 * MIB;

    /**
     * The JVM's own memory: classes, a cache of them, compiled code, threads, and what the C
     * library keeps.
     */
    private static final long JVM_BYTES = 264 * MIB;

    /**
     * Divisor of the process's memory for the collector's own tables, and what else grows with a
     * process.
     */
    private static final int JVM_SHARE = 16;

    private static final long LEAST_DIRECT_BYTES = 128 * MIB;

    /** Memory of a process, in heaps, whose heap alone was given a size. */
    private static final int HEAPS = 2;

    private static final long YOUNG_BYTES_MAX = 192 * MIB;
    private static final int YOUNG_SHARE = 3;

    /**
     * Returns the default plan: 1 GiB, or three quarters of a smaller container or machine.
     *
     * @param machineBytes of the container or, if there is none, of the machine
     */
    public static MemoryPlan usual(long machineBytes) {
        return of(Math.max(LEAST_BYTES, Math.min(USUAL_BYTES, machineBytes / 4 * 3)));
    }

    /**
     * Returns the plan for a process of that size.
     *
     * @throws IllegalArgumentException when it is too small to serve anybody
     */
    public static MemoryPlan of(long processBytes) {
        if (processBytes < LEAST_BYTES) {
            throw new IllegalArgumentException(
                    "%s=%s: at least %s"
                            .formatted(
                                    KEY,
                                    ByteSize.format(processBytes),
                                    ByteSize.format(LEAST_BYTES)));
        }
        long shared = processBytes - JVM_BYTES - processBytes / JVM_SHARE;
        long half = shared / 2 / MIB * MIB;
        return new MemoryPlan(processBytes, half, half);
    }

    /**
     * Option that bounds the young generation: records lie off the heap and what serves them dies
     * young.
     */
    static final String YOUNG_OPTION = "-XX:MaxNewSize=%dm".formatted(YOUNG_BYTES_MAX / MIB);

    /**
     * Returns the option that sizes direct memory beside a given heap, so that the process takes
     * twice the heap. The JVM's own default, as much as the heap, would take more.
     */
    static String directBeside(long heapBytes) {
        long processBytes = HEAPS * heapBytes;
        long left = processBytes - heapBytes - JVM_BYTES - processBytes / JVM_SHARE;
        return "-XX:MaxDirectMemorySize=%dm".formatted(Math.max(LEAST_DIRECT_BYTES, left) / MIB);
    }

    /** Returns the options that make a JVM keep to the plan. */
    public List<String> sizes() {
        return List.of(
                "-Xmx%dm".formatted(heapBytes / MIB),
                "-XX:MaxDirectMemorySize=%dm".formatted(directBytes / MIB),
                "-XX:MaxNewSize=%dm"
                        .formatted(Math.min(YOUNG_BYTES_MAX, heapBytes / YOUNG_SHARE) / MIB));
    }
}
