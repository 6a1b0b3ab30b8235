package io.oxbow.simulation.world;

import io.oxbow.s3stream.wal.disk.WalDisk;
import io.oxbow.simulation.kernel.Chance;
import io.oxbow.simulation.kernel.SimulatedProcess;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;

/** A {@link Platter} as one process has it open. */
public final class LossyDisk implements WalDisk {

    private final Platter platter;
    private final SimulatedProcess process;
    private Habits habits;
    private final Chance chance;
    private boolean closed;
    private boolean revoked;

    /**
     * @param synchronous each write is durable when it returns
     * @param failuresPerMillion how often a call fails with an I/O error
     * @param latencyMax of a call; most are far below
     */
    public record Habits(boolean synchronous, int failuresPerMillion, Duration latencyMax) {
        public static Habits drawn(Chance chance) {
            return new Habits(
                    chance.nextBoolean(),
                    chance.oneOf(java.util.List.of(0, 0, 0, 2000)),
                    chance.between(Duration.ofMillis(1), Duration.ofMillis(200)));
        }

        /** A disk that never fails. */
        public Habits healthy() {
            return new Habits(synchronous, 0, latencyMax);
        }
    }

    LossyDisk(Platter platter, SimulatedProcess process, Habits habits, Chance chance) {
        this.platter = platter;
        this.process = process;
        this.habits = habits;
        this.chance = chance;
    }

    @Override
    public String description() {
        return "simulated disk";
    }

    @Override
    public long size() throws IOException {
        checkOpen();
        return platter.size();
    }

    @Override
    public int read(long position, ByteBuffer target) throws IOException {
        checkOpen();
        if (chance.oneIn(8)) {
            pause();
        }
        return platter.read(position, target);
    }

    @Override
    public void write(long position, ByteBuffer source) throws IOException {
        checkOpen();
        byte[] bytes = new byte[source.remaining()];
        source.get(bytes);
        checkBlocks(position, bytes.length);
        Platter.Write write = platter.begin(position, bytes);
        pause();
        checkOpen();
        failByChance("write");
        platter.finish(write);
        if (habits.synchronous()) {
            platter.persist(write);
        }
    }

    @Override
    public void sync() throws IOException {
        checkOpen();
        if (habits.synchronous()) {
            return;
        }
        Platter.Pending finished = platter.finished();
        pause();
        checkOpen();
        failByChance("sync");
        finished.persist();
    }

    @Override
    public boolean isSynchronous() {
        return habits.synchronous();
    }

    @Override
    public void close() {
        closed = true;
    }

    /** Ends the disk's faults. */
    public void heal() {
        habits = habits.healthy();
    }

    /** Takes the storage away from this process for good: no write of it lands any more. */
    public void revoke() {
        if (!revoked) {
            revoked = true;
            platter.crash();
        }
    }

    public boolean isRevoked() {
        return revoked;
    }

    private void checkOpen() throws IOException {
        if (revoked) {
            throw new IOException("simulated failure: the disk was taken away");
        }
        if (closed) {
            throw new IOException("closed");
        }
    }

    private static void checkBlocks(long position, int length) {
        if (position % BLOCK_BYTES != 0 || length % BLOCK_BYTES != 0) {
            throw new IllegalArgumentException(
                    "direct I/O of %d bytes at %d is not aligned".formatted(length, position));
        }
    }

    private void failByChance(String what) throws IOException {
        if (habits.failuresPerMillion() > 0
                && chance.nextInt(1_000_000) < habits.failuresPerMillion()) {
            throw new IOException("simulated failure of a " + what);
        }
    }

    private void pause() {
        try {
            process.environment().clock().sleep(chance.between(Duration.ZERO, habits.latencyMax()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
