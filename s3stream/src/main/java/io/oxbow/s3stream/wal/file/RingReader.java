package io.oxbow.s3stream.wal.file;

import io.oxbow.s3stream.wal.disk.AlignedMemory;
import io.oxbow.s3stream.wal.disk.WalDisk;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Reads the ring by LSN through one window, which is read ahead and grows to the largest length
 * asked for. Reading backwards loads only what was asked for. Not thread-safe.
 */
final class RingReader {

    private static final int WINDOW_BYTES = 1 << 20;

    private final WalDisk disk;
    private final long ringBytes;
    private ByteBuffer window = AlignedMemory.allocate(0);
    private long windowLsn;

    RingReader(WalDisk disk, long ringBytes) {
        this.disk = disk;
        this.ringBytes = ringBytes;
    }

    /** Returns the bytes from {@code lsn} to the end of the ring. */
    long room(long lsn) {
        return ringBytes - lsn % ringBytes;
    }

    /**
     * Returns the bytes at {@code lsn}, a multiple of the block size; bytes that the disk does not
     * have yet read as zeroes. Valid until the next call.
     *
     * @param bytes at most {@link #room}
     */
    ByteBuffer read(long lsn, int bytes) throws IOException {
        if (lsn < windowLsn || lsn + bytes > windowLsn + window.limit()) {
            load(lsn, bytes);
        }
        return window.slice((int) (lsn - windowLsn), bytes);
    }

    private void load(long lsn, int bytes) throws IOException {
        int ahead = lsn < windowLsn ? 0 : WINDOW_BYTES;
        int wanted = (int) Math.min(Math.max(bytes, ahead), room(lsn));
        int aligned = (int) AlignedMemory.roundUp(wanted);
        if (aligned > window.capacity()) {
            window = AlignedMemory.allocate(aligned);
        }
        window.clear().limit(aligned);
        windowLsn = lsn;
        int read = disk.read(VolumeLayout.RING_START + lsn % ringBytes, window);
        window.position(0);
        for (int i = read; i < aligned; i++) {
            window.put(i, (byte) 0);
        }
    }
}
