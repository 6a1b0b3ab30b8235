package io.oxbow.node.chaos;

import java.time.Duration;

/** A kind of fault, and the range of its length. */
enum FaultKind {
    /** kill -9 of a node. */
    KILL(0, 5),

    /** kill -9 of the node that leads the metadata log. */
    KILL_LEADER(0, 5),

    /** SIGSTOP of a node for longer than the others' patience, then SIGCONT. */
    SUSPEND(12, 20),

    /** Two nodes do not reach each other; both reach the bucket and the clients. */
    CUT_NODES(12, 25),

    /** A node does not reach the bucket, and everything else. */
    CUT_BUCKET(12, 25),

    /** A node reaches the bucket and the clients, and no other node. */
    ISOLATE(12, 25),

    /** Each node in turn is ended by SIGTERM and started again. */
    ROLLING_RESTART(0, 0),

    /** A node is drained by command, ended by SIGTERM, started and uncordoned. */
    DRAIN(0, 3),

    /** A further node joins; one that joined before leaves for good before that. */
    JOIN(0, 0),

    /** kill -9 of all nodes in a zone. */
    ZONE_GONE(10, 20);

    private final int secondsMin;
    private final int secondsMax;

    FaultKind(int secondsMin, int secondsMax) {
        this.secondsMin = secondsMin;
        this.secondsMax = secondsMax;
    }

    Duration shortest() {
        return Duration.ofSeconds(secondsMin);
    }

    Duration longest() {
        return Duration.ofSeconds(secondsMax);
    }
}
