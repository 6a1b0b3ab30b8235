package io.oxbow.simulation.broker;

import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.simulation.kernel.SimulatedProcess;
import io.oxbow.simulation.world.Reply;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Process of a node that may host partitions. */
public interface HostProcess {

    /** Work that a process does again and again. */
    @FunctionalInterface
    interface Work {
        void run() throws InterruptedException;
    }

    int nodeId();

    UUID incarnation();

    SimulatedProcess process();

    /** Returns the process's image of the metadata log; null before that is open. */
    @Nullable CoreImage image();

    /** Returns the partitions of the process; null before it serves. */
    @Nullable PartitionHost host();

    /** Starts a thread that works until the process is over. */
    void repeat(Work work);

    /** Returns true if nothing has kept the process from running for so long. */
    boolean ranFor(Duration time);

    /**
     * Has {@code work} done by the process of an incarnation, and waits.
     *
     * @param absent answer of a process that has no partitions yet
     */
    <R> Reply<R> call(UUID incarnation, Function<PartitionHost, R> work, R absent);
}
