package io.oxbow.broker.balance;

/**
 * Measures in which brokers are compared. A broker has so many times the mean of the brokers; a
 * mean below the floor counts as the floor, since little traffic is no load wherever it is.
 */
enum Measure {
    IN("bytes in", 1 << 20, 1),
    OUT("bytes out", 1 << 20, 1),
    REQUESTS("requests", 100, 1),
    PARTITIONS("partitions", 0, 3);

    private final String text;
    private final double floor;
    private final double importance;

    Measure(String text, double floor, double importance) {
        this.text = text;
        this.floor = floor;
        this.importance = importance;
    }

    /** Returns the name, for people. */
    String text() {
        return text;
    }

    double floor() {
        return floor;
    }

    /**
     * Returns the factor of the tension. The number of partitions counts as much as all traffic,
     * whose measures mostly rise together: else heavy partitions would go, and all light ones stay.
     */
    double importance() {
        return importance;
    }

    /** Returns what one partition of a load adds to its broker. */
    double of(Load load) {
        return switch (this) {
            case IN -> load.inBytes();
            case OUT -> load.outBytes();
            case REQUESTS -> load.requests();
            case PARTITIONS -> 1;
        };
    }
}
