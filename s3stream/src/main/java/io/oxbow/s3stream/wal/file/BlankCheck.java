package io.oxbow.s3stream.wal.file;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.wal.disk.AlignedMemory;
import io.oxbow.s3stream.wal.disk.WalDisk;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Checks that a disk of fixed size belongs to nothing else before the disk is formatted. Partition
 * tables, file systems, arrays and volume groups have their marks in the first or the last MiB;
 * what lies between does not matter, since a ring is never taken for another's.
 */
final class BlankCheck {

    private static final int EDGE_BYTES = 1 << 20;

    private BlankCheck() {}

    /**
     * @throws S3StreamException when it is not blank at its edges, but for what a format of ours
     *     that was interrupted leaves
     */
    static void require(WalDisk disk) throws IOException {
        long size = disk.size();
        int edge = (int) Math.min(EDGE_BYTES, AlignedMemory.roundDown(size));
        ByteBuffer bytes = AlignedMemory.allocate(edge);
        int read = disk.read(0, bytes);
        for (int position = 0; position < read; position++) {
            if (bytes.get(position) != 0 && !isOfOurs(bytes, position)) {
                throw foreign(disk, position);
            }
        }
        long last = AlignedMemory.roundDown(size) - edge;
        read = disk.read(last, bytes.clear());
        for (int i = 0; i < read; i++) {
            boolean seen = last + i < edge;
            if (bytes.get(i) != 0 && !seen) {
                throw foreign(disk, last + i);
            }
        }
    }

    /** Returns whether a block has the start of a superblock or header of ours, whole or torn. */
    private static boolean isOfOurs(ByteBuffer bytes, int position) {
        int block = (int) AlignedMemory.roundDown(position);
        ByteBuffer content = bytes.slice(block, WalDisk.BLOCK_BYTES);
        return (block == VolumeLayout.superblock(1) && Superblock.isMarked(content))
                || (block == VolumeLayout.headerSlot(1) && HeaderSlot.isMarked(content));
    }

    private static S3StreamException foreign(WalDisk disk, long position) {
        return new S3StreamException(
                ("%s is no WAL and not blank: there is something at position %d. If nothing on it is"
                                + " wanted, zero its first and its last %d bytes, or all of it"
                                + " (blkdiscard --zeroout), and start again")
                        .formatted(disk.description(), position, EDGE_BYTES),
                S3StreamException.Retry.FATAL,
                null);
    }
}
