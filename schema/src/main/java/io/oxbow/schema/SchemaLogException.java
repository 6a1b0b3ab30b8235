package io.oxbow.schema;

/**
 * Signals a failure of the schema log; an append that ends so may or may not have happened.
 * Retryable.
 */
public final class SchemaLogException extends RuntimeException {

    public SchemaLogException(String message, Throwable cause) {
        super(message, cause);
    }

    public SchemaLogException(String message) {
        super(message);
    }
}
