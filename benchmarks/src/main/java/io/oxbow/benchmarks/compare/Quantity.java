package io.oxbow.benchmarks.compare;

/** Quantities that are measured of one contender in one run. */
enum Quantity {
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
    WAL_MIB_PER_SECOND("MiB/s");

    private final String unit;

    Quantity(String unit) {
        this.unit = unit;
    }

    String unit() {
        return unit;
    }
}
