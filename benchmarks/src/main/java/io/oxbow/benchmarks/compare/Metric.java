package io.oxbow.benchmarks.compare;

import static io.oxbow.benchmarks.compare.Quantity.CPU_SECONDS_PER_GIB;
import static io.oxbow.benchmarks.compare.Quantity.MIB_PER_SECOND;
import static io.oxbow.benchmarks.compare.Quantity.P99_MILLIS;

import java.util.Locale;

/** Metrics with a target: a quantity of a scenario, of Oxbow beside a peer. */
enum Metric {
    CPU_80MIB_16K_RF1(Scenarios.AT_80_16K, CPU_SECONDS_PER_GIB, Contender.KAFKA, Target.most(1.0)),
    CPU_80MIB_64K_RF1(Scenarios.AT_80_64K, CPU_SECONDS_PER_GIB, Contender.KAFKA, Target.most(1.0)),
    CPU_80MIB_16K_RF3(
            Scenarios.AT_80_16K,
            CPU_SECONDS_PER_GIB,
            Contender.KAFKA_THREE_REPLICAS,
            Target.most(0.35)),
    CPU_100B_RF1(Scenarios.SMALL_RECORDS, CPU_SECONDS_PER_GIB, Contender.KAFKA, Target.most(1.0)),
    RSS_80MIB(Scenarios.AT_80_16K, Quantity.PEAK_RSS_MIB, Contender.KAFKA, Target.most(1.0)),
    SATURATION_16K_PAGECACHE(
            Scenarios.SATURATION_16K, MIB_PER_SECOND, Contender.KAFKA, Target.least(1.0)),
    SATURATION_16K_FLUSH(
            Scenarios.SATURATION_16K, MIB_PER_SECOND, Contender.KAFKA_FLUSHING, Target.least(10)),
    SATURATION_64K_PAGECACHE(
            Scenarios.SATURATION_64K, MIB_PER_SECOND, Contender.KAFKA, Target.least(1.0)),
    P99_20MIB_PAGECACHE(Scenarios.AT_20_16K, P99_MILLIS, Contender.KAFKA, Target.most(2.0)),
    P99_20MIB_FLUSH(Scenarios.AT_20_16K, P99_MILLIS, Contender.KAFKA_FLUSHING, Target.most(0.2)),
    CATCHUP_CPU(
            Scenarios.CATCHUP,
            Quantity.CATCHUP_CPU_SECONDS_PER_GIB,
            Contender.KAFKA,
            Target.most(1.0, Target.Of.OXBOW)),
    CATCHUP_THROUGHPUT(
            Scenarios.CATCHUP, Quantity.CATCHUP_MIB_PER_SECOND, Contender.KAFKA, Target.least(1.0)),
    CATCHUP_ISOLATION(
            Scenarios.CATCHUP,
            Quantity.P99_RISE,
            Contender.KAFKA,
            Target.most(1.5, Target.Of.OWN_RATIO)),
    WAL_VS_FIO(Scenarios.WAL, Quantity.WAL_MIB_PER_SECOND, Contender.FIO, Target.least(0.9)),
    RESTART_KILL9_6000(
            Scenarios.PARTITIONS, Quantity.SECONDS_TO_PRODUCE, Contender.KAFKA, Target.most(0.3)),
    CREATE_6000(
            Scenarios.PARTITIONS, Quantity.SECONDS_TO_CREATE, Contender.KAFKA, Target.most(0.5)),
    START_FIRST_ACK(
            Scenarios.START,
            Quantity.SECONDS_TO_FIRST_ACK,
            Contender.KAFKA,
            Target.most(1.5, Target.Of.OXBOW)),
    START_TOPIC_LIST(
            Scenarios.START,
            Quantity.SECONDS_TO_LIST,
            Contender.KAFKA,
            Target.most(0.7, Target.Of.OXBOW));

    private final Scenario scenario;
    private final Quantity quantity;
    private final Contender peer;
    private final Target target;

    Metric(Scenario scenario, Quantity quantity, Contender peer, Target target) {
        this.scenario = scenario;
        this.quantity = quantity;
        this.peer = peer;
        this.target = target;
    }

    /** Returns the title in the table and in the JSON. */
    String title() {
        return name().toLowerCase(Locale.ROOT);
    }

    Scenario scenario() {
        return scenario;
    }

    Quantity quantity() {
        return quantity;
    }

    Contender peer() {
        return peer;
    }

    Target target() {
        return target;
    }
}
