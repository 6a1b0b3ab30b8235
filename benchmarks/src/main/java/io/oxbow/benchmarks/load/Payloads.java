package io.oxbow.benchmarks.load;

import java.util.Random;

/** Makes values that no codec makes smaller, once, and hands them out in turn. */
final class Payloads {

    private static final int BYTES = 4 << 20;
    private static final long SEED = 20_261_101L;

    private final byte[][] values;

    Payloads(int recordBytes) {
        values = new byte[Math.max(1, BYTES / recordBytes)][recordBytes];
        var random = new Random(SEED);
        for (byte[] value : values) {
            random.nextBytes(value);
        }
    }

    byte[] of(long index) {
        return values[(int) (index % values.length)];
    }
}
