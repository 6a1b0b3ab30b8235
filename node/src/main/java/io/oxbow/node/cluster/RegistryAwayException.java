package io.oxbow.node.cluster;

/** Thrown when no node serves the schema registry now; nothing was done. */
final class RegistryAwayException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    RegistryAwayException(String message) {
        super(message);
    }
}
