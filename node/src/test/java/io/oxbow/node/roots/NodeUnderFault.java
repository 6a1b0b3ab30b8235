package io.oxbow.node.roots;

import java.util.Map;
import java.util.Optional;

/** Node in this process whose code can be made to throw. */
public interface NodeUnderFault extends AutoCloseable {

    /** Starts a node; waits until it serves. */
    void start(Map<String, String> settings) throws Exception;

    /** Returns the exit code once a component has asked for the process's end. */
    Optional<Integer> end();

    /** Returns the name of the part that a close is at. */
    String closingPart();

    @Override
    void close();
}
