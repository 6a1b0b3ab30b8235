package io.oxbow.node.cluster;

import java.time.Duration;

/** Waits until this node has applied all that the metadata log holds. */
@FunctionalInterface
public interface EndOfLog {

    /**
     * Blocks until everything that was in the log when this was called is applied here.
     *
     * @return false when that is not known within {@code limit}
     */
    boolean await(Duration limit) throws InterruptedException;
}
