package io.oxbow.s3stream.image;

import java.util.Arrays;
import java.util.Random;

/** Damages bytes like networks, disks and attackers do. */
public final class Mutation {

    private Mutation() {}

    /** Returns a damaged copy: bits flipped, numbers made huge, bytes cut off, doubled or added. */
    public static byte[] of(byte[] bytes, Random random) {
        byte[] damaged = bytes.clone();
        int times = 1 + random.nextInt(4);
        for (int i = 0; i < times; i++) {
            damaged = once(damaged, random);
        }
        return damaged;
    }

    private static byte[] once(byte[] bytes, Random random) {
        if (bytes.length == 0) {
            return new byte[] {(byte) random.nextInt()};
        }
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(6)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes[at] = (byte) random.nextInt();
            case 2 -> Arrays.fill(bytes, at, Math.min(bytes.length, at + 9), (byte) 0xFF);
            case 3 -> {
                return Arrays.copyOf(bytes, at);
            }
            case 4 -> {
                return Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(20));
            }
            default -> {
                int count = Math.min(bytes.length - at, 1 + random.nextInt(16));
                int to = random.nextInt(bytes.length - count + 1);
                System.arraycopy(bytes.clone(), at, bytes, to, count);
            }
        }
        return bytes;
    }
}
