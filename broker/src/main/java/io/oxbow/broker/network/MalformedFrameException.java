package io.oxbow.broker.network;

/** Signals bytes that are not Kafka's protocol; the connection is closed. */
final class MalformedFrameException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    MalformedFrameException(String message) {
        super(message);
    }
}
