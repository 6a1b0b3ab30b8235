package io.oxbow.simulation.world;

import io.oxbow.s3stream.wal.disk.WalDisk;
import io.oxbow.simulation.kernel.Chance;
import io.oxbow.simulation.kernel.SimulatedProcess;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The true contents of a disk, apart from what it shows: they outlive the processes that have it
 * open. A power failure keeps, of the writes that were not synced, what it likes, down to single
 * sectors.
 */
public final class Platter {

    private static final int SECTOR_BYTES = 512;
    private static final int REMEMBERED = 8;
    private static final long HEADERS_END = 4L * WalDisk.BLOCK_BYTES;

    /** A write from its begin until it is durable. */
    static final class Write {
        private final long position;
        private final byte[] bytes;
        private boolean finished;

        private Write(long position, byte[] bytes) {
            this.position = position;
            this.bytes = bytes;
        }
    }

    /** A write that became durable, and the bytes that were there before. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Persisted(long position, byte[] before, byte[] after) {}

    /** Writes that a sync makes durable. */
    interface Pending {
        void persist();
    }

    private final Chance chance;
    private final boolean tearsBlocks;
    private byte[] durable = new byte[0];
    private byte[] shown = new byte[0];
    private final List<Write> volatileWrites = new ArrayList<>();
    private final List<Persisted> last = new ArrayList<>();

    public Platter(Chance chance) {
        this.chance = chance;
        this.tearsBlocks = chance.nextBoolean();
    }

    public LossyDisk open(SimulatedProcess process, LossyDisk.Habits habits) {
        return new LossyDisk(this, process, habits, chance.split());
    }

    long size() {
        return shown.length;
    }

    int read(long position, ByteBuffer target) {
        int from = (int) Math.min(position, shown.length);
        int count = Math.min(target.remaining(), shown.length - from);
        target.put(shown, from, count);
        return count;
    }

    Write begin(long position, byte[] bytes) {
        var write = new Write(position, bytes);
        volatileWrites.add(write);
        return write;
    }

    void finish(Write write) {
        write.finished = true;
        shown = with(shown, write.position, write.bytes, 0, write.bytes.length);
    }

    void persist(Write write) {
        if (volatileWrites.remove(write)) {
            remember(write);
            durable = with(durable, write.position, write.bytes, 0, write.bytes.length);
        }
    }

    private void remember(Write write) {
        int from = (int) Math.min(write.position, durable.length);
        int to = (int) Math.min(write.position + write.bytes.length, durable.length);
        byte[] before = Arrays.copyOf(Arrays.copyOfRange(durable, from, to), write.bytes.length);
        last.addLast(new Persisted(write.position, before, write.bytes));
        if (last.size() > REMEMBERED) {
            last.removeFirst();
        }
    }

    Pending finished() {
        List<Write> finished = volatileWrites.stream().filter(write -> write.finished).toList();
        return () -> finished.forEach(this::persist);
    }

    /** Ends the process, but not the machine: what had been written stays. */
    public void kill() {
        finished().persist();
        crash();
    }

    /** Cuts the power: a write that was not durable stays, or goes, or half of it. */
    public void crash() {
        int mood = chance.nextInt(4);
        for (Write write : volatileWrites) {
            int unit = tearsBlocks ? SECTOR_BYTES : WalDisk.BLOCK_BYTES;
            for (int from = 0; from < write.bytes.length; from += unit) {
                boolean kept =
                        switch (mood) {
                            case 0 -> false;
                            case 1 -> true;
                            default -> chance.nextBoolean();
                        };
                if (kept) {
                    durable = with(durable, write.position, write.bytes, from, from + unit);
                }
            }
        }
        volatileWrites.clear();
        shown = durable.clone();
    }

    /** Misdirects a write that was durable: its place has what was there before. */
    public void misdirect() {
        if (last.isEmpty()) {
            return;
        }
        Persisted write = last.removeLast();
        restore(write);
        int blocks = durable.length / WalDisk.BLOCK_BYTES;
        int wrong = chance.nextInt(blocks) * WalDisk.BLOCK_BYTES;
        int length = Math.min(write.after.length, durable.length - wrong);
        System.arraycopy(write.after, 0, durable, wrong, length);
        shown = durable.clone();
    }

    /** Loses some of the last durable writes: the disk lied. */
    public void forgetSome() {
        for (int i = chance.between(1, 3); i > 0 && !last.isEmpty(); i--) {
            restore(last.removeLast());
        }
        shown = durable.clone();
    }

    /** Restores a header to its state before its last write. */
    public void staleHeader() {
        for (int i = last.size() - 1; i >= 0; i--) {
            if (last.get(i).position < HEADERS_END) {
                restore(last.remove(i));
                shown = durable.clone();
                return;
            }
        }
    }

    private void restore(Persisted write) {
        int length = Math.min(write.before.length, durable.length - (int) write.position);
        System.arraycopy(write.before, 0, durable, (int) write.position, length);
    }

    /** Returns a copy of what is durable. */
    public byte[] contents() {
        return durable.clone();
    }

    /** Puts other bytes than were written at the position, which lies within the disk. */
    public void overwrite(int position, byte[] bytes) {
        System.arraycopy(bytes, 0, durable, position, bytes.length);
        shown = durable.clone();
    }

    /** Damages one byte in {@code [from, size)}; false if there is none. */
    public boolean corrupt(long from) {
        if (durable.length <= from) {
            return false;
        }
        int position = (int) from + chance.nextInt((int) (durable.length - from));
        durable[position] ^= (byte) (1 << chance.nextInt(8));
        shown = durable.clone();
        return true;
    }

    private static byte[] with(byte[] content, long position, byte[] bytes, int from, int to) {
        int end = (int) position + to;
        byte[] result = content;
        if (end > content.length) {
            // A torn write may leave less than a block at the end; disks have whole ones.
            int blocks = Math.ceilDiv(end, WalDisk.BLOCK_BYTES);
            result = Arrays.copyOf(content, blocks * WalDisk.BLOCK_BYTES);
        }
        System.arraycopy(bytes, from, result, (int) position + from, to - from);
        return result;
    }
}
