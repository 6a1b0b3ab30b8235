package io.oxbow.simulation.kernel;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** A seeded random generator with the draws that simulations need. For the one running thread. */
public final class Chance implements RandomGenerator {

    private final Random random;

    public Chance(long seed) {
        // Neighbouring seeds of java.util.Random start alike; stir first.
        this.random = new Random(stirred(seed));
    }

    private static long stirred(long seed) {
        long z = seed + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    @Override
    public long nextLong() {
        return random.nextLong();
    }

    @Override
    public int nextInt(int bound) {
        return random.nextInt(bound);
    }

    /** Returns an independent generator; drawing from one does not move the other. */
    public Chance split() {
        return new Chance(nextLong());
    }

    /** Returns true once in so many times; never for 0. */
    public boolean oneIn(int times) {
        return times > 0 && nextInt(times) == 0;
    }

    /** Returns true with that probability, in percent. */
    public boolean percent(int probability) {
        return nextInt(100) < probability;
    }

    /** Draws a number from {@code low} to {@code high}, both included. */
    public int between(int low, int high) {
        return low + nextInt(high - low + 1);
    }

    /** Draws a duration from {@code low} to {@code high}, mostly near the low end. */
    public Duration between(Duration low, Duration high) {
        long spread = high.minus(low).toNanos() + 1;
        long nanos = (long) (spread * Math.pow(nextDouble(), 3));
        return low.plusNanos(nanos);
    }

    public <T> T oneOf(List<T> choices) {
        return choices.get(nextInt(choices.size()));
    }

    public UUID uuid() {
        return new UUID(nextLong(), nextLong());
    }

    public byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
