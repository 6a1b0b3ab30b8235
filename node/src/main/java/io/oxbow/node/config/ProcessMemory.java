package io.oxbow.node.config;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.OperatingSystemMXBean;
import io.oxbow.s3stream.config.MemoryBounds.Surroundings;
import java.lang.management.ManagementFactory;

/**
 * Reads the memory that this process has, as the JVM knows it: it minds the limits of a container.
 */
public final class ProcessMemory {

    private ProcessMemory() {}

    public static Surroundings now() {
        long heap = Runtime.getRuntime().maxMemory();
        long direct = directMax();
        var machine = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return new Surroundings(heap, direct == 0 ? heap : direct, machine.getTotalMemorySize());
    }

    /**
     * Returns the maximum of direct memory; 0 when it was not set: then it is as much as the heap.
     */
    private static long directMax() {
        var virtualMachine = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        return Long.parseLong(virtualMachine.getVMOption("MaxDirectMemorySize").getValue());
    }
}
