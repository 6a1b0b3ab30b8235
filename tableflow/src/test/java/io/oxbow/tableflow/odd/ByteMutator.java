package io.oxbow.tableflow.odd;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Damages bytes: cut short, doubled, replaced, or with a number spliced in. */
final class ByteMutator {

    private static final byte[][] SPLICES = {
        {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0f},
        {(byte) 0xfe, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0f},
        {-1, -1, -1, -1, -1, -1, -1, -1, -1, 1},
        {-2, -1, -1, -1, -1, -1, -1, -1, -1, 1},
        {(byte) 0x80, (byte) 0x80, (byte) 0x80, 0},
        {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
        {(byte) 0xc0, (byte) 0x80},
        {(byte) 0xf4, (byte) 0x90, (byte) 0x80, (byte) 0x80},
        {0},
        {1},
        {2},
        {'"'},
        {'\\'},
        {'{'},
    };

    private final RandomGenerator random;

    ByteMutator(RandomGenerator random) {
        this.random = random;
    }

    byte[] mutate(byte[] bytes) {
        byte[] result = bytes;
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            result = once(result);
        }
        return result;
    }

    private byte[] once(byte[] bytes) {
        if (bytes.length == 0) {
            return SPLICES[random.nextInt(SPLICES.length)];
        }
        int at = random.nextInt(bytes.length);
        return switch (random.nextInt(5)) {
            case 0 -> Arrays.copyOf(bytes, at);
            case 1 -> {
                byte[] copy = bytes.clone();
                copy[at] = (byte) random.nextInt(256);
                yield copy;
            }
            case 2 -> spliced(bytes, at, SPLICES[random.nextInt(SPLICES.length)], 0);
            case 3 -> spliced(bytes, at, SPLICES[random.nextInt(SPLICES.length)], 1);
            default -> {
                int end = Math.min(bytes.length, at + 1 + random.nextInt(20));
                yield spliced(bytes, at, Arrays.copyOfRange(bytes, at, end), 0);
            }
        };
    }

    private static byte[] spliced(byte[] bytes, int at, byte[] piece, int replaced) {
        byte[] result = new byte[bytes.length + piece.length - replaced];
        System.arraycopy(bytes, 0, result, 0, at);
        System.arraycopy(piece, 0, result, at, piece.length);
        System.arraycopy(
                bytes, at + replaced, result, at + piece.length, bytes.length - at - replaced);
        return result;
    }
}
