package io.oxbow.simulation.scenario;

import io.oxbow.s3stream.wal.disk.WalDisk;
import io.oxbow.s3stream.wal.file.WalConfig;
import io.oxbow.simulation.kernel.Chance;
import io.oxbow.simulation.kernel.SimulatedProcess;
import io.oxbow.simulation.kernel.Simulation;
import io.oxbow.simulation.world.LossyDisk;
import io.oxbow.simulation.world.Platter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A write-ahead log whose machine loses power at any point: while it is formatted, recovered,
 * started, written, trimmed or closed. What was acked and not yet given up must be there
 * afterwards, as it was, without a gap; what was found missing once must not come back.
 */
public final class WalCrashScenario implements Scenario {

    private static final int RECORD_BYTES_MAX = 6000;
    private static final int HEADERS_BYTES = 4 * WalDisk.BLOCK_BYTES;

    @Override
    public String name() {
        return "wal-crash";
    }

    @Override
    public long stepsMax() {
        return 300_000;
    }

    @Override
    public void run(Simulation simulation, Seams seams) throws InterruptedException {
        Chance chance = simulation.chance();
        var platter = new Platter(chance.split());
        var habits = LossyDisk.Habits.drawn(chance);
        var model = new WalModel(simulation);
        WalConfig config = config(chance);
        int lives = chance.between(2, 6);
        for (int life = 1; life <= lives; life++) {
            SimulatedProcess process = simulation.process("node-" + life);
            WalDisk disk = seams.disk().apply(platter.open(process, habits));
            var node = new WalNode(simulation, model, config, disk, process);
            int epoch = life;
            process.spawn(() -> node.live(epoch, habits.failuresPerMillion() > 0));
            simulation.sleep(chance.between(Duration.ofNanos(1000), Duration.ofSeconds(10)));
            process.crash();
            platter.crash();
        }
        if (chance.oneIn(5) && platter.corrupt(chance.oneOf(java.util.List.of(0, HEADERS_BYTES)))) {
            model.expectDamage();
        }
        SimulatedProcess process = simulation.process("last");
        WalDisk disk = seams.disk().apply(platter.open(process, habits.healthy()));
        var node = new WalNode(simulation, model, config, disk, process);
        var ended = new CompletableFuture<Void>();
        process.spawn(() -> {
            node.recoverForGood(lives + 1);
            ended.complete(null);
        });
        ended.join();
    }

    private static WalConfig config(Chance chance) {
        int ringBlocks = chance.between(8, 60);
        return new WalConfig(
                Path.of("simulated"),
                HEADERS_BYTES + (long) ringBlocks * WalDisk.BLOCK_BYTES,
                1 << 20,
                chance.oneOf(java.util.List.of(1 << 14, 1 << 16)),
                RECORD_BYTES_MAX,
                chance.oneOf(java.util.List.of(1, 4096, 16_384)),
                chance.between(1, 3),
                Duration.ofSeconds(30));
    }
}
