package io.oxbow.s3stream.object;

import static io.oxbow.s3stream.object.ObjectBytes.content;
import static io.oxbow.s3stream.object.ObjectBytes.join;
import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.CorruptException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A reader of a damaged object sees what was written, or says where the damage is. */
class DataObjectFuzzTest {

    @Test
    void changedBytesAreNoticed() {
        int noticed = 0;
        for (int seed = 0; seed < 3000; seed++) {
            var random = new Random(seed);
            byte[] bytes = join(ObjectBytes.random(random, 1 + random.nextInt(3000)));
            List<String> before = content(bytes);
            byte[] damaged = mutate(random, bytes);
            noticed += check(seed, before, damaged, Arrays.equals(bytes, damaged));
        }
        assertThat(noticed).isGreaterThan(2500);
    }

    @Test
    void anIndexWithAGoodChecksumAndBadEntriesIsNoticed() {
        int noticed = 0;
        for (int seed = 0; seed < 3000; seed++) {
            var random = new Random(seed);
            byte[] bytes = join(ObjectBytes.random(random, 1 + random.nextInt(3000)));
            try {
                content(reseal(random, bytes));
            } catch (CorruptException expected) {
                noticed++;
            }
        }
        // The rest changed a timestamp, which nothing else tells.
        assertThat(noticed).isGreaterThan(2000);
    }

    private static int check(int seed, List<String> before, byte[] damaged, boolean same) {
        List<String> after;
        try {
            after = content(damaged);
        } catch (CorruptException expected) {
            assertThat(same).as("seed %d", seed).isFalse();
            assertThat(expected.getMessage()).contains("object k");
            return 1;
        }
        assertThat(after).as("seed %d", seed).isEqualTo(before);
        return 0;
    }

    private static byte[] mutate(Random random, byte[] bytes) {
        byte[] damaged = bytes.clone();
        switch (random.nextInt(5)) {
            case 0 -> damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            case 1 -> {
                int from = random.nextInt(damaged.length);
                int to = Math.min(damaged.length, from + 1 + random.nextInt(50));
                Arrays.fill(damaged, from, to, (byte) random.nextInt());
            }
            case 2 -> damaged = Arrays.copyOf(damaged, random.nextInt(damaged.length));
            case 3 -> damaged = Arrays.copyOf(damaged, damaged.length + 1 + random.nextInt(99));
            default -> {
                int at = damaged.length - 1 - random.nextInt(Math.min(100, damaged.length));
                damaged[at] += (byte) (1 + random.nextInt(255));
            }
        }
        return damaged;
    }

    /** Changes a byte of the index and makes all checksums right again. */
    private static byte[] reseal(Random random, byte[] bytes) {
        byte[] changed = bytes.clone();
        ByteBuffer footer = ByteBuffer.wrap(changed, changed.length - 36, 36).slice();
        int position = (int) footer.getLong(0);
        int length = (int) footer.getLong(8);
        changed[position + random.nextInt(length)] += (byte) (1 + random.nextInt(255));
        footer.putInt(16, DataObjectWriter.crcOf(changed, position, length));
        footer.putInt(24, DataObjectWriter.crcOf(changed, changed.length - 36, 24));
        return changed;
    }
}
