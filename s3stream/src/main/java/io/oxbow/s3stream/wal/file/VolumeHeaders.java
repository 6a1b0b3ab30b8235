package io.oxbow.s3stream.wal.file;

import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.wal.disk.AlignedMemory;
import io.oxbow.s3stream.wal.disk.NoRoomException;
import io.oxbow.s3stream.wal.disk.WalDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Superblocks and header slots of one volume: formats, reads, repairs and writes them. Used by one
 * thread at a time: whoever opens the volume, then its {@link RingSpace}.
 */
final class VolumeHeaders {

    private final WalDisk disk;
    private final Superblock superblock;
    private final boolean slotLost;
    private HeaderSlot newest;

    private VolumeHeaders(
            WalDisk disk, Superblock superblock, HeaderSlot newest, boolean slotLost) {
        this.disk = disk;
        this.superblock = superblock;
        this.newest = newest;
        this.slotLost = slotLost;
    }

    /**
     * Opens the headers of {@code disk}; formats the disk if it was never used, and resizes its
     * ring if that is empty.
     *
     * @throws CorruptException when it holds something else, or not enough of it is sound
     */
    static VolumeHeaders open(WalDisk disk, long ringBytes, RandomGenerator random)
            throws IOException {
        requireRoom(disk, ringBytes);
        ByteBuffer firstBlock = readBlock(disk, VolumeLayout.superblock(0));
        Superblock first = Superblock.decode(firstBlock);
        Superblock second = Superblock.decode(readBlock(disk, VolumeLayout.superblock(1)));
        if (first == null && second == null) {
            if (disk.isFixed()) {
                BlankCheck.require(disk);
            }
            return format(disk, firstBlock, new Superblock(randomId(random), 1, ringBytes));
        }
        Superblock superblock = newer(first, second);
        if (!superblock.equals(first) || !superblock.equals(second)) {
            writeSuperblocks(disk, superblock); // a format, resize or repair was interrupted
        }
        return readSlots(disk, superblock).resized(ringBytes);
    }

    private static void requireRoom(WalDisk disk, long ringBytes) throws IOException {
        long wanted = VolumeLayout.RING_START + ringBytes;
        long growth = wanted - disk.size();
        if (growth > 0 && growth > disk.roomBytes()) {
            throw new NoRoomException(
                    ("%s has %d bytes and room for %d more; the configuration asks for a WAL of %d:"
                                    + " %d bytes are missing")
                            .formatted(
                                    disk.description(),
                                    disk.size(),
                                    disk.roomBytes(),
                                    wanted,
                                    growth - disk.roomBytes()));
        }
    }

    /**
     * Reads the headers of {@code disk} and changes nothing.
     *
     * @throws CorruptException when it holds no volume, or not enough of it is sound
     */
    static VolumeHeaders openExisting(WalDisk disk) throws IOException {
        Superblock first = Superblock.decode(readBlock(disk, VolumeLayout.superblock(0)));
        Superblock second = Superblock.decode(readBlock(disk, VolumeLayout.superblock(1)));
        if (first == null && second == null) {
            throw new CorruptException(disk.description() + " holds no write-ahead log");
        }
        return readSlots(disk, newer(first, second));
    }

    private static Superblock newer(@Nullable Superblock first, @Nullable Superblock second) {
        return second == null || (first != null && first.generation() >= second.generation())
                ? java.util.Objects.requireNonNull(first)
                : second;
    }

    private static VolumeHeaders format(WalDisk disk, ByteBuffer firstBlock, Superblock superblock)
            throws IOException {
        ByteBuffer firstSlot = readBlock(disk, VolumeLayout.headerSlot(0));
        ByteBuffer secondSlot = readBlock(disk, VolumeLayout.headerSlot(1));
        // Formatting writes its one header before any superblock, and the first superblock last.
        if (!VolumeLayout.isBlank(firstBlock) || !VolumeLayout.isBlank(firstSlot)) {
            throw new CorruptException(
                    "%s is no WAL, or both its superblocks are damaged; blank its first %d bytes to format it"
                            .formatted(disk.description(), VolumeLayout.RING_START));
        }
        var header = new HeaderSlot(superblock.walId(), 1, -1, 0, 0);
        if (!VolumeLayout.isBlank(secondSlot)) {
            HeaderSlot interrupted = HeaderSlot.decode(secondSlot);
            if (interrupted != null && interrupted.sequence() > 1) {
                throw new CorruptException(
                        disk.description() + " has lost both superblocks and holds data");
            }
        }
        disk.write(VolumeLayout.headerSlot(0), AlignedMemory.allocate(WalDisk.BLOCK_BYTES));
        disk.write(header.position(), header.encode());
        disk.sync();
        writeSuperblocks(disk, superblock);
        return new VolumeHeaders(disk, superblock, header, false);
    }

    private static void writeSuperblocks(WalDisk disk, Superblock superblock) throws IOException {
        for (int copy = 1; copy >= 0; copy--) {
            disk.write(VolumeLayout.superblock(copy), superblock.encode());
            disk.sync();
        }
    }

    private static VolumeHeaders readSlots(WalDisk disk, Superblock superblock) throws IOException {
        HeaderSlot newest = null;
        boolean lost = false;
        for (int slot = 0; slot < 2; slot++) {
            HeaderSlot found =
                    ours(readBlock(disk, VolumeLayout.headerSlot(slot)), superblock.walId());
            lost |= found == null;
            if (found != null && (newest == null || found.sequence() > newest.sequence())) {
                newest = found;
            }
        }
        if (newest == null) {
            throw new CorruptException(disk.description() + ": both header slots are damaged");
        }
        // Of a volume that was formatted and never written again, one slot is blank.
        boolean slotLost = lost && newest.sequence() > 1;
        if (lost && newest.sequence() == 1) {
            slotLost = !VolumeLayout.isBlank(readBlock(disk, VolumeLayout.headerSlot(0)));
        }
        return new VolumeHeaders(disk, superblock, newest, slotLost);
    }

    private VolumeHeaders resized(long ringBytes) throws IOException {
        if (ringBytes == superblock.ringBytes()) {
            return this;
        }
        if (!newest.isEmpty() || slotLost) {
            throw new S3StreamException(
                    ("%s has a ring of %d bytes and holds data (%s); the configuration asks for %d. Start it with its"
                                    + " old capacity and stop it cleanly; then it may change")
                            .formatted(
                                    disk.description(), superblock.ringBytes(), newest, ringBytes),
                    S3StreamException.Retry.FATAL,
                    null);
        }
        var changed = new Superblock(superblock.walId(), superblock.generation() + 1, ringBytes);
        writeSuperblocks(disk, changed);
        return new VolumeHeaders(disk, changed, newest, false);
    }

    private static @Nullable HeaderSlot ours(ByteBuffer block, UUID walId) {
        HeaderSlot found = HeaderSlot.decode(block);
        return found != null && found.walId().equals(walId) ? found : null;
    }

    private static ByteBuffer readBlock(WalDisk disk, long position) throws IOException {
        ByteBuffer block = AlignedMemory.allocate(WalDisk.BLOCK_BYTES);
        disk.read(position, block);
        return block.clear();
    }

    private static UUID randomId(RandomGenerator random) {
        return new UUID(random.nextLong(), random.nextLong());
    }

    UUID walId() {
        return superblock.walId();
    }

    long ringBytes() {
        return superblock.ringBytes();
    }

    HeaderSlot newest() {
        return newest;
    }

    /**
     * Returns whether a slot is unreadable. Either the crash tore the header that was being
     * written, or a header that had been durable is damaged. Then {@link #newest()} may be the last
     * but one.
     */
    boolean slotLost() {
        return slotLost;
    }

    /** Returns the LSN at or above which nothing was ever written, even if a slot is unreadable. */
    long reservedLsn() {
        // A header reserves at most a ring's length above its trim position, which itself is at
        // most what its predecessor had reserved.
        return slotLost ? newest.reservedLsn() + ringBytes() : newest.reservedLsn();
    }

    /** Writes {@code header}; returns when it is durable. */
    void write(HeaderSlot header) throws IOException {
        disk.write(header.position(), header.encode());
        disk.sync();
        newest = header;
    }
}
