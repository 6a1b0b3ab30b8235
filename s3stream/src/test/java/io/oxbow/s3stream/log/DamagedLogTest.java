package io.oxbow.s3stream.log;

import static io.oxbow.s3stream.log.LogFixture.lead;
import static io.oxbow.s3stream.log.LogFixture.open;
import static io.oxbow.s3stream.log.LogFixture.set;
import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.CorruptException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A log with a damaged slot or snapshot is read whole or refused, and never read in part. */
@Timeout(120)
class DamagedLogTest {

    private static final int LOGS = 25;

    private enum Kind {
        EMPTY,
        CUT_SHORT,
        FLIPPED,
        ANOTHER
    }

    @ParameterizedTest
    @EnumSource
    void isReadWholeOrRefused(Kind kind) {
        int refused = 0;
        int whole = 0;
        for (int seed = 0; seed < LOGS; seed++) {
            var random = new Random(seed);
            var store = new FaultyStore();
            int entries = 3 + random.nextInt(8);
            try (var leader = lead(store, 1)) {
                for (int i = 0; i < entries; i++) {
                    set(leader, "p" + i);
                    if (random.nextInt(4) == 0) {
                        leader.snapshot();
                    }
                }
            }
            List<String> keys = store.keys("meta/");
            String victim = keys.get(random.nextInt(keys.size()));
            damage(store, victim, kind, keys.get(random.nextInt(keys.size())), random);

            try (var reader = open(store, 2)) {
                assertThat(reader.image().pointers("p"))
                        .as("seed %d, %s %s", seed, kind, victim)
                        .hasSize(entries);
                whole++;
            } catch (CorruptException e) {
                refused++;
            }
        }
        assertThat(refused).isPositive();
        assertThat(whole).isPositive();
    }

    private static void damage(
            FaultyStore store, String victim, Kind kind, String other, Random random) {
        byte[] bytes = store.bytes(victim);
        store.overwrite(
                victim,
                switch (kind) {
                    case EMPTY -> new byte[0];
                    case CUT_SHORT -> Arrays.copyOf(bytes, random.nextInt(bytes.length));
                    case FLIPPED -> {
                        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                        yield bytes;
                    }
                    case ANOTHER -> store.bytes(other);
                });
    }
}
