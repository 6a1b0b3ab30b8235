package io.oxbow.benchmarks.scenario;

/** Quantities that are measured of one contender in one run. */
public enum Quantity {
    CPU_SECONDS_PER_GIB("CPU s/GiB"),
    MIB_PER_SECOND("MiB/s"),
    P99_MILLIS("ms"),
    PEAK_RSS_MIB("MiB"),
    CATCHUP_CPU_SECONDS_PER_GIB("CPU s/GiB"),
    CATCHUP_MIB_PER_SECOND("MiB/s"),
    P99_RISE("p99 catching up / p99 quiet"),
    P99_QUIET_MILLIS("ms quiet"),
    CAUGHT_UP_MIB("MiB caught up"),
    SECONDS_TO_CREATE("s to create"),
    SECONDS_TO_PRODUCE("s to produce"),
    SECONDS_TO_FIRST_ACK("s to first ack"),
    SECONDS_TO_LIST("s to list"),
    WAL_MIB_PER_SECOND("MiB/s"),
    MOVE_PAUSE_MILLIS("ms"),
    SECONDS_TO_FAIL_OVER("s"),
    SECONDS_TO_FAIL_OVER_OF_LEADER("s, the leader killed"),
    SECONDS_TO_DRAIN("s"),
    SECONDS_TO_BALANCED("s"),
    SECONDS_OF_STALL("s"),
    FOLLOWER_CPU("% of a core"),
    CPU_SECONDS_PER_GIB_OF_THREE("CPU s/GiB"),
    CPU_OF_THREE_OVER_ONE("three nodes / one"),
    PUTS_PER_GIB("PUT/GiB"),
    DOLLARS_PER_IDLE_MONTH("$ per idle month"),
    REQUEST_COST_OF_THREE_OVER_ONE("$/GiB, three nodes / one"),
    IDLE_COST_OF_THREE_OVER_ONE("$/h, three nodes / one");

    private final String unit;

    Quantity(String unit) {
        this.unit = unit;
    }

    public String unit() {
        return unit;
    }
}
