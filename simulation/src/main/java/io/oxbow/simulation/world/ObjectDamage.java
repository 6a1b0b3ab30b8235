package io.oxbow.simulation.world;

import io.oxbow.simulation.kernel.Chance;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Ways in which an object comes to hold something else than was put. */
public enum ObjectDamage {
    FLIPPED,
    TRUNCATED,
    EMPTY,
    GARBAGE,
    ANOTHER,
    GONE;

    /**
     * Returns the damaged bytes, or null for an object that is gone.
     *
     * @param another bytes of another object of the same kind
     */
    public byte @Nullable [] of(byte[] bytes, byte[] another, Chance chance) {
        return switch (this) {
            case FLIPPED -> flipped(bytes, chance.nextInt(bytes.length), chance);
            case TRUNCATED -> Arrays.copyOf(bytes, chance.nextInt(bytes.length));
            case EMPTY -> new byte[0];
            case GARBAGE -> chance.bytes(bytes.length);
            case ANOTHER -> another;
            case GONE -> null;
        };
    }

    /** Returns a copy of the bytes with one bit flipped at the position. */
    public static byte[] flipped(byte[] bytes, int position, Chance chance) {
        byte[] copy = bytes.clone();
        copy[position] ^= (byte) (1 << chance.nextInt(8));
        return copy;
    }
}
