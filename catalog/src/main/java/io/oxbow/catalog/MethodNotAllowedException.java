package io.oxbow.catalog;

/** The path is known, but not with this method. */
final class MethodNotAllowedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    MethodNotAllowedException(String what) {
        super("Not allowed: " + what);
    }
}
