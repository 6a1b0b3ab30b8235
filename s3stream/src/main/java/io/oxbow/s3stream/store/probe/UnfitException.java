package io.oxbow.s3stream.store.probe;

/** Thrown when a store breaks a promise; the message, after the store's name, tells which. */
final class UnfitException extends Exception {

    private static final long serialVersionUID = 1L;

    UnfitException(String did) {
        super(did);
    }
}
