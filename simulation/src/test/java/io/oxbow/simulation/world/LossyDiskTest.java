package io.oxbow.simulation.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.wal.disk.WalDisk;
import io.oxbow.simulation.kernel.Chance;
import io.oxbow.simulation.kernel.Simulation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Tests the contents of a simulated disk after a power failure. */
class LossyDiskTest {

    private static final LossyDisk.Habits BUFFERED =
            new LossyDisk.Habits(false, 0, Duration.ofMillis(5));
    private static final LossyDisk.Habits SYNCHRONOUS =
            new LossyDisk.Habits(true, 0, Duration.ofMillis(5));

    private interface Use {
        void of(WalDisk disk) throws IOException;
    }

    /** Returns the contents that a disk shows after {@code use} and a power failure. */
    private static byte[] after(long seed, LossyDisk.Habits habits, Use use) {
        byte[][] left = new byte[1][];
        Simulation.Outcome outcome =
                Simulation.run(
                        seed,
                        100_000,
                        simulation -> {
                            var platter = new Platter(new Chance(seed));
                            try {
                                use.of(platter.open(simulation.process("p"), habits));
                                platter.crash();
                                ByteBuffer all = ByteBuffer.allocate((int) platter.size());
                                platter.open(simulation.process("q"), habits).read(0, all);
                                left[0] = all.array();
                            } catch (IOException e) {
                                throw new AssertionError(e);
                            }
                        });
        assertThat(outcome.failure()).isNull();
        return left[0];
    }

    private static ByteBuffer blocks(int count, int value) {
        byte[] bytes = new byte[count * WalDisk.BLOCK_BYTES];
        java.util.Arrays.fill(bytes, (byte) value);
        return ByteBuffer.wrap(bytes);
    }

    @Test
    void syncedWritesStay() {
        for (long seed = 0; seed < 50; seed++) {
            byte[] left =
                    after(
                            seed,
                            BUFFERED,
                            disk -> {
                                disk.write(0, blocks(4, 1));
                                disk.sync();
                            });
            assertThat(left).isEqualTo(blocks(4, 1).array());
            assertThat(after(seed, SYNCHRONOUS, disk -> disk.write(0, blocks(4, 1))))
                    .isEqualTo(blocks(4, 1).array());
        }
    }

    @Test
    void unsyncedWritesStayGoOrAreTorn() {
        var seen = new TreeSet<String>();
        for (long seed = 0; seed < 50; seed++) {
            byte[] left =
                    after(
                            seed,
                            BUFFERED,
                            disk -> {
                                disk.write(0, blocks(4, 1));
                                disk.sync();
                                disk.write(0, blocks(4, 2));
                            });
            int ones = 0;
            int tornBlocks = 0;
            for (int block = 0; block < 4; block++) {
                int inBlock = 0;
                for (int i = 0; i < WalDisk.BLOCK_BYTES; i++) {
                    inBlock += left[block * WalDisk.BLOCK_BYTES + i] == 1 ? 1 : 0;
                }
                ones += inBlock;
                tornBlocks += inBlock > 0 && inBlock < WalDisk.BLOCK_BYTES ? 1 : 0;
            }
            seen.add(ones == 0 ? "stays" : ones == left.length ? "goes" : "mixed");
            if (tornBlocks > 0) {
                seen.add("torn inside a block");
            }
        }
        assertThat(seen).containsExactly("goes", "mixed", "stays", "torn inside a block");
    }
}
