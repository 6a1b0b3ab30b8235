package io.oxbow.node.chaos;

/** A promise that a history breaks, and where. */
record Finding(Kind kind, String text) {

    /** The promises that can be broken. */
    enum Kind {
        LOST,
        VANISHED,
        DOUBLED,
        REORDERED,
        UNSEEN,
        INCONSISTENT,
        COMMIT_LOST,
        REFUSED,
        CLIENT_DIED,
        STUCK_PRODUCER,
        STUCK_GROUP,
        ENDED,
        NOT_READY,
        READY_NOT_SERVING,
        UNEXPECTED_FAILURE
    }

    @Override
    public String toString() {
        return kind + ": " + text;
    }
}
