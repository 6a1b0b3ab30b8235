package io.oxbow.s3stream.fence;

import io.oxbow.s3stream.wal.disk.WalDisk;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Disk of a write-ahead log at the other end of an iSCSI session. The target writes through to its
 * file.
 */
final class IscsiDisk implements WalDisk {

    private static final byte WRITE_10 = 0x2a;
    private static final byte READ_10 = 0x28;

    private final IscsiInitiator initiator;

    IscsiDisk(IscsiInitiator initiator) {
        this.initiator = initiator;
    }

    private static byte[] cdb(byte operation, long position, int bytes) {
        return ByteBuffer.allocate(10)
                .put(operation)
                .put((byte) 0)
                .putInt((int) (position / TgtTarget.BLOCK_BYTES))
                .put((byte) 0)
                .putShort((short) (bytes / TgtTarget.BLOCK_BYTES))
                .array();
    }

    private void check(String what, long position, IscsiInitiator.Answer answer)
            throws IOException {
        if (!answer.isGood()) {
            throw new IOException(
                    "%s at %d by %s: SCSI status 0x%x"
                            .formatted(what, position, initiator.name(), answer.status()));
        }
    }

    @Override
    public String description() {
        return "iSCSI disk of " + initiator.name();
    }

    @Override
    public long size() {
        return TgtTarget.DISK_BYTES;
    }

    @Override
    public int read(long position, ByteBuffer target) throws IOException {
        int wanted = (int) Math.min(target.remaining(), TgtTarget.DISK_BYTES - position);
        if (wanted <= 0) {
            return 0;
        }
        byte[] bytes = new byte[Math.ceilDiv(wanted, BLOCK_BYTES) * BLOCK_BYTES];
        check("read", position, initiator.read(cdb(READ_10, position, bytes.length), bytes));
        target.put(bytes, 0, wanted);
        return wanted;
    }

    @Override
    public void write(long position, ByteBuffer source) throws IOException {
        byte[] bytes = new byte[source.remaining()];
        source.get(bytes);
        check("write", position, initiator.write(cdb(WRITE_10, position, bytes.length), bytes));
    }

    @Override
    public void sync() {}

    @Override
    public boolean isSynchronous() {
        return true;
    }

    @Override
    public void close() {}
}
