package io.oxbow.catalog;

/** Signals a request with a known path and a method that this path does not have. */
final class MethodNotAllowedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    MethodNotAllowedException(String what) {
        super("Not allowed: " + what);
    }
}
