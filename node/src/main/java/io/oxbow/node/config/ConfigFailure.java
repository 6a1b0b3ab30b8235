package io.oxbow.node.config;

/**
 * Signals a configuration that cannot be used; the message names key, value and what is allowed.
 */
public final class ConfigFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public ConfigFailure(String message) {
        super(message);
    }
}
