package io.oxbow.s3stream.store.probe;

/** A store did what it must not; the message, after the store's name, says what. */
final class UnfitException extends Exception {

    private static final long serialVersionUID = 1L;

    UnfitException(String did) {
        super(did);
    }
}
