package io.oxbow.node.cluster;

import java.time.Duration;
import java.util.UUID;

/** Place of a cluster's schema registry, as one of its nodes knows it. */
public interface RegistryPlace {

    /** Returns where the registry is served, as far as is known here. */
    Seat find();

    /**
     * Makes sure that the registry is served by this process, at a moment after this call began,
     * and shows all that was answered before.
     *
     * @return false when it is not, or nobody knows within {@code limit}
     */
    boolean confirm(Duration limit) throws InterruptedException;

    /** Creates the registry's topic, if there is none and that can be done now. */
    void create() throws InterruptedException;

    /** Node that serves the registry, or none. */
    sealed interface Seat {

        /** This process serves it, unless it was deposed without knowing. */
        record Here() implements Seat {}

        /**
         * Another process serves it.
         *
         * @param http HOST:PORT of its HTTP listener
         * @param rpc HOST:PORT at which it takes calls of other nodes
         */
        record There(int nodeId, UUID incarnation, String http, String rpc) implements Seat {}

        /** There is no topic, as far as is known here. */
        record Unmade() implements Seat {}

        /** Nobody serves it now. */
        record Vacant(String why) implements Seat {}
    }
}
