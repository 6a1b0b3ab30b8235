package io.oxbow.benchmarks.compare;

import io.oxbow.benchmarks.cluster.DrainScenario;
import io.oxbow.benchmarks.cluster.FailoverScenario;
import io.oxbow.benchmarks.cluster.FollowerScenario;
import io.oxbow.benchmarks.cluster.JoinScenario;
import io.oxbow.benchmarks.cluster.MoveScenario;
import io.oxbow.benchmarks.cluster.RequestsScenario;
import io.oxbow.benchmarks.cluster.RollingRestartScenario;
import io.oxbow.benchmarks.cluster.SpreadProduceScenario;
import io.oxbow.benchmarks.scenario.CatchupScenario;
import io.oxbow.benchmarks.scenario.PartitionsScenario;
import io.oxbow.benchmarks.scenario.ProduceScenario;
import io.oxbow.benchmarks.scenario.Scenario;
import io.oxbow.benchmarks.scenario.StartScenario;
import io.oxbow.benchmarks.scenario.WalScenario;
import io.oxbow.benchmarks.scenario.Workload;

/** The scenarios that metrics come of. */
final class Scenarios {

    static final Scenario AT_80_16K = new ProduceScenario(Workload.batchesOf16Kib(80));
    static final Scenario AT_80_64K = new ProduceScenario(Workload.batchesOf64Kib(80));
    static final Scenario AT_20_16K = new ProduceScenario(Workload.batchesOf16Kib(20));
    static final Scenario SATURATION_16K = new ProduceScenario(Workload.batchesOf16Kib(0));
    static final Scenario SATURATION_64K = new ProduceScenario(Workload.batchesOf64Kib(0));

    /**
     * A rate of small records that the Java client and every server reach together on two cores.
     */
    static final Scenario SMALL_RECORDS = new ProduceScenario(Workload.smallRecords(20));

    static final Scenario CATCHUP = new CatchupScenario();
    static final Scenario PARTITIONS = new PartitionsScenario();
    static final Scenario START = new StartScenario();
    static final Scenario WAL = new WalScenario();

    static final Scenario MOVE = new MoveScenario();
    static final Scenario FAILOVER = new FailoverScenario();
    static final Scenario DRAIN = new DrainScenario();
    static final Scenario JOIN = new JoinScenario();
    static final Scenario ROLLING_RESTART = new RollingRestartScenario();
    static final Scenario FOLLOWER = new FollowerScenario();
    static final Scenario SPREAD_PRODUCE = new SpreadProduceScenario();
    static final Scenario REQUESTS = new RequestsScenario();

    private Scenarios() {}
}
