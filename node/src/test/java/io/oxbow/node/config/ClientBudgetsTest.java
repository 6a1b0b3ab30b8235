package io.oxbow.node.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.node.launch.MemoryPlan;
import io.oxbow.s3stream.config.MemoryBounds;
import io.oxbow.s3stream.config.MemoryBounds.Surroundings;
import io.oxbow.s3stream.memory.FairShare;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that the budgets of clients fit into a process beside the engine's memory. */
class ClientBudgetsTest {

    private static final long MIB = 1L << 20;

    /** The largest record that the write-ahead log takes, in a request with little else. */
    private static final long LARGEST_REQUEST_BYTES = 33 * MIB;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 4, 16, 64})
    void whatClientsHoldAndTheEnginesBoundsFitIntoTheProcess(long gibibytes) {
        MemoryPlan plan = MemoryPlan.of(gibibytes << 30);
        var has = new Surroundings(plan.heapBytes(), plan.directBytes(), plan.processBytes());
        MemoryBounds engine = MemoryBounds.derive(has);

        ClientBudgets clients = ClientBudgets.ofHeap(plan.heapBytes());

        assertThat(clients.fit(engine, has))
                .as(
                        "heap %d + %d of %d MiB, direct %d + %d of %d MiB",
                        engine.servingHeapBytes() / MIB,
                        clients.heapBytes() / MIB,
                        has.heapBytes() / MIB,
                        (engine.slabBytes() + engine.reads().blockCacheBytes()) / MIB,
                        clients.directBytes() / MIB,
                        has.directBytes() / MIB)
                .isTrue();
        assertThat(engine.fits(has)).as("a recovery, before clients are served").isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {512, 768, 1024, 4096})
    void oneClientAloneMaySendAndFetchTheLargestRecord(long mebibytes) {
        ClientBudgets clients = ClientBudgets.ofHeap(MemoryPlan.of(mebibytes * MIB).heapBytes());
        assertThat(FairShare.bytesMax(clients.kafka().requests()))
                .isGreaterThanOrEqualTo(LARGEST_REQUEST_BYTES);
        assertThat(FairShare.bytesMax(clients.kafka().replies()))
                .isGreaterThanOrEqualTo(LARGEST_REQUEST_BYTES);
    }
}
