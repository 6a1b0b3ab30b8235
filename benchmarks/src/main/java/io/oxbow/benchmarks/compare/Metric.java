package io.oxbow.benchmarks.compare;

import static io.oxbow.benchmarks.scenario.Quantity.CPU_SECONDS_PER_GIB;
import static io.oxbow.benchmarks.scenario.Quantity.MIB_PER_SECOND;
import static io.oxbow.benchmarks.scenario.Quantity.P99_MILLIS;

import io.oxbow.benchmarks.cluster.ClusterScenario;
import io.oxbow.benchmarks.scenario.Contender;
import io.oxbow.benchmarks.scenario.Quantity;
import io.oxbow.benchmarks.scenario.Scenario;
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
            Target.most(0.7, Target.Of.OXBOW)),
    MOVE_PAUSE_P99(
            Scenarios.MOVE,
            Quantity.MOVE_PAUSE_MILLIS,
            Contender.KAFKA_THREE_REPLICAS,
            Target.most(500, Target.Of.OXBOW)),
    FAILOVER_TO_FIRST_ACK(
            Scenarios.FAILOVER,
            Quantity.SECONDS_TO_FAIL_OVER,
            Contender.KAFKA_THREE_REPLICAS,
            Target.most(1.0)),
    FAILOVER_OF_LEADER(
            Scenarios.FAILOVER,
            Quantity.SECONDS_TO_FAIL_OVER_OF_LEADER,
            Contender.KAFKA_THREE_REPLICAS,
            Target.most(13, Target.Of.OXBOW)),
    DRAIN_1000(
            Scenarios.DRAIN,
            Quantity.SECONDS_TO_DRAIN,
            Contender.KAFKA_THREE_REPLICAS,
            Target.most(10, Target.Of.OXBOW)),
    JOIN_TO_BALANCED(
            Scenarios.JOIN,
            Quantity.SECONDS_TO_BALANCED,
            Contender.KAFKA_THREE_REPLICAS,
            Target.most(60, Target.Of.OXBOW)),
    ROLLING_RESTART_STALL(
            Scenarios.ROLLING_RESTART,
            Quantity.SECONDS_OF_STALL,
            Contender.KAFKA_THREE_REPLICAS,
            Target.most(1.0, Target.Of.OXBOW)),
    FOLLOWER_CPU(
            Scenarios.FOLLOWER,
            Quantity.FOLLOWER_CPU,
            Contender.KAFKA_THREE_REPLICAS,
            Target.most(1.0, Target.Of.OXBOW)),
    PRODUCE_CPU_3_NODES(
            Scenarios.SPREAD_PRODUCE,
            Quantity.CPU_SECONDS_PER_GIB_OF_THREE,
            Contender.KAFKA_THREE_REPLICAS,
            Target.most(1.0)),
    PRODUCE_CPU_3_NODES_OVER_ONE(
            Scenarios.SPREAD_PRODUCE,
            Quantity.CPU_OF_THREE_OVER_ONE,
            Contender.NONE,
            Target.most(1.1, Target.Of.OWN_RATIO)),
    REQUESTS_PER_GIB(
            Scenarios.REQUESTS,
            Quantity.PUTS_PER_GIB,
            Contender.NONE,
            Target.most(8, Target.Of.OXBOW)),
    REQUESTS_PER_GIB_3_NODES(
            Scenarios.REQUESTS,
            Quantity.REQUEST_COST_OF_THREE_OVER_ONE,
            Contender.NONE,
            Target.most(1.5, Target.Of.OWN_RATIO)),
    REQUESTS_IDLE_HOUR(
            Scenarios.REQUESTS,
            Quantity.DOLLARS_PER_IDLE_MONTH,
            Contender.NONE,
            Target.most(1.0, Target.Of.OXBOW)),
    REQUESTS_IDLE_HOUR_3_NODES(
            Scenarios.REQUESTS,
            Quantity.IDLE_COST_OF_THREE_OVER_ONE,
            Contender.NONE,
            Target.most(1.5, Target.Of.OWN_RATIO));

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

    /** Returns true for metrics of several nodes, which {@code bench cluster} measures. */
    boolean isOfCluster() {
        return scenario instanceof ClusterScenario;
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
