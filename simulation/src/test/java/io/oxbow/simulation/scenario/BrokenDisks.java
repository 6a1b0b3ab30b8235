package io.oxbow.simulation.scenario;

import io.oxbow.s3stream.wal.disk.WalDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.TreeMap;

/** Disks that make a rule of the write-ahead log ineffective. */
final class BrokenDisks {

    private BrokenDisks() {}

    abstract static class Forwarding implements WalDisk {
        final WalDisk target;

        Forwarding(WalDisk target) {
            this.target = target;
        }

        @Override
        public String description() {
            return target.description();
        }

        @Override
        public long size() throws IOException {
            return target.size();
        }

        @Override
        public int read(long position, ByteBuffer buffer) throws IOException {
            return target.read(position, buffer);
        }

        @Override
        public void write(long position, ByteBuffer source) throws IOException {
            target.write(position, source);
        }

        @Override
        public void sync() throws IOException {
            target.sync();
        }

        @Override
        public boolean isSynchronous() {
            return target.isSynchronous();
        }

        @Override
        public void close() {
            target.close();
        }
    }

    /** Says that all is durable without seeing to it: acks then come before the sync. */
    static final class AckBeforeSync extends Forwarding {
        AckBeforeSync(WalDisk target) {
            super(target);
        }

        @Override
        public void sync() {}
    }

    /**
     * Keeps headers in memory but for the first of each start. Blocks are then used again although
     * the header that gives them up is not durable.
     */
    static final class TrimHeaderDropped extends Forwarding {
        private static final long FIRST_SLOT = 2L * BLOCK_BYTES;
        private static final long END_OF_SLOTS = 4L * BLOCK_BYTES;
        private static final int EPOCH_POSITION = 32;

        private final TreeMap<Long, byte[]> kept = new TreeMap<>();
        private long epochWritten = -2;

        TrimHeaderDropped(WalDisk target) {
            super(target);
        }

        @Override
        public void write(long position, ByteBuffer source) throws IOException {
            if (position < FIRST_SLOT || position >= END_OF_SLOTS) {
                target.write(position, source);
                return;
            }
            long epoch = source.getLong(source.position() + EPOCH_POSITION);
            if (epoch != epochWritten) {
                epochWritten = epoch;
                kept.remove(position);
                target.write(position, source);
                return;
            }
            byte[] header = new byte[source.remaining()];
            source.get(header);
            kept.put(position, header);
        }

        @Override
        public int read(long position, ByteBuffer buffer) throws IOException {
            byte[] header = kept.get(position);
            if (header == null) {
                return target.read(position, buffer);
            }
            buffer.put(header);
            return header.length;
        }
    }
}
