package io.oxbow.s3stream.wal.file;

import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.wal.RecordFrame;
import io.oxbow.s3stream.wal.WalRecord;
import io.oxbow.s3stream.wal.WalVolume;
import io.oxbow.s3stream.wal.disk.AlignedMemory;
import io.oxbow.s3stream.wal.disk.WalDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Scan of a volume, for recovery. Holds at most one batch in memory; every loop moves towards
 * higher LSNs and none is longer than the ring, whatever the bytes say.
 */
public final class WalScan {

    private static final Logger LOG = LoggerFactory.getLogger(WalScan.class);

    private final VolumeHeaders headers;
    private final String volume;
    private final RingReader ring;
    private long highestLsn;

    WalScan(WalDisk disk, VolumeHeaders headers) {
        this.headers = headers;
        this.volume = disk.description();
        this.ring = new RingReader(disk, headers.ringBytes());
    }

    public WalVolume.ScanEnd run(long fromLsn, WalVolume.RecordVisitor visitor) throws IOException {
        if (fromLsn > headers.reservedLsn()) {
            throw new CorruptException(
                    ("%s never got further than %d, but the metadata log covers it up to %d: this is an old copy of it,"
                                    + " or another one")
                            .formatted(volume, headers.reservedLsn(), fromLsn));
        }
        long from = Math.max(fromLsn, headers.newest().trimLsn());
        BatchHeader batch = covering(from);
        long stop = batch == null ? from : batch.startLsn();
        BatchHeader previous = null;
        while (batch != null && follows(previous, batch)) {
            if (batch.bodyEndLsn() > from) {
                List<Located> records = records(batch);
                if (records == null) {
                    LOG.warn(
                            "{}: the batch at {} does not check; it was torn by the end of its"
                                    + " writer, unless more had been acked beyond",
                            volume,
                            batch.startLsn());
                    break;
                }
                visit(records, from, visitor);
            }
            previous = batch;
            stop = batch.endLsn();
            highestLsn = stop;
            batch = batchAt(stop);
        }
        long end = Math.max(stop, from);
        return new WalVolume.ScanEnd(end, ackedBeyond(end));
    }

    /**
     * Visits the intact batches beyond {@code stop} that lie in their place. A batch of an earlier
     * lap of the ring has another LSN, and one of an earlier epoch has another epoch.
     */
    public void salvage(long stop, WalVolume.RecordVisitor visitor) throws IOException {
        long first = AlignedMemory.roundDown(stop);
        long limit = headers.slotLost() ? first + headers.ringBytes() : headers.reservedLsn();
        long lsn = first;
        while (lsn < limit) {
            BatchHeader batch = batchAt(lsn);
            List<Located> records = batch == null || !follows(null, batch) ? null : records(batch);
            if (batch == null || records == null) {
                lsn += WalDisk.BLOCK_BYTES;
            } else {
                visit(records, stop, visitor);
                lsn = batch.endLsn();
            }
        }
    }

    /** Returns the LSN after the last batch seen, valid in its place or not. */
    long highestLsn() {
        return highestLsn;
    }

    /**
     * Returns the batch in whose range {@code lsn} lies, or null. A commit covers the log up to
     * some record, so recovery starts inside a batch more often than not.
     */
    private @Nullable BatchHeader covering(long lsn) throws IOException {
        long block = AlignedMemory.roundDown(lsn);
        long lapStart = block - block % headers.ringBytes();
        long lowest =
                Math.max(
                        Math.max(lapStart, AlignedMemory.roundDown(headers.newest().trimLsn())),
                        block - BatchHeader.BATCH_BYTES_MAX);
        for (long candidate = block; candidate >= lowest; candidate -= WalDisk.BLOCK_BYTES) {
            BatchHeader found = batchAt(candidate);
            if (found != null) {
                return found.endLsn() > lsn ? found : null;
            }
        }
        return null;
    }

    private @Nullable BatchHeader batchAt(long lsn) throws IOException {
        BatchHeader found = headerAt(lsn);
        return found != null && found.startLsn() == lsn && found.length() <= ring.room(lsn)
                ? found
                : null;
    }

    private @Nullable BatchHeader headerAt(long lsn) throws IOException {
        return BatchHeader.decode(ring.read(lsn, WalDisk.BLOCK_BYTES), 0, headers.walId());
    }

    private boolean follows(@Nullable BatchHeader previous, BatchHeader batch) {
        if (previous == null) {
            return headers.slotLost() || batch.nodeEpoch() >= headers.newest().nodeEpoch();
        }
        return batch.prevBatchCrc() == previous.headerCrc()
                && batch.nodeEpoch() >= previous.nodeEpoch();
    }

    /**
     * Returns the records of a batch with the LSN of each; null when the body's checksum does not
     * hold.
     */
    private @Nullable List<Located> records(BatchHeader batch) throws IOException {
        int length = BatchHeader.BYTES + batch.bodyLength();
        ByteBuffer bytes = ring.read(batch.startLsn(), length).position(BatchHeader.BYTES);
        var crc = new CRC32C();
        crc.update(bytes.duplicate());
        if ((int) crc.getValue() != batch.bodyCrc()) {
            return null;
        }
        List<Located> records = new ArrayList<>();
        try {
            for (int i = 0; i < batch.count(); i++) {
                long lsn = batch.startLsn() + bytes.position();
                WalRecord record = RecordFrame.decode(bytes);
                records.add(new Located(lsn, batch.startLsn() + bytes.position(), record));
            }
        } catch (CorruptException damagedBeforeItWasSealed) {
            return null;
        }
        return bytes.hasRemaining() ? null : records;
    }

    private static void visit(List<Located> records, long from, WalVolume.RecordVisitor visitor) {
        for (Located each : records) {
            if (each.lsn >= from) {
                visitor.record(each.lsn, each.endLsn, each.record);
            }
        }
    }

    /**
     * Returns the LSN up to which batches beyond {@code stop} say that the log had been acked; at
     * least {@code stop}.
     */
    private long ackedBeyond(long stop) throws IOException {
        long first = AlignedMemory.roundDown(stop);
        long limit = headers.slotLost() ? first + headers.ringBytes() : headers.reservedLsn();
        long acked = stop;
        for (long lsn = first; lsn < limit; lsn += WalDisk.BLOCK_BYTES) {
            BatchHeader found = headerAt(lsn);
            if (found != null
                    && found.startLsn() >= lsn
                    && (found.startLsn() - lsn) % headers.ringBytes() == 0) {
                acked = Math.max(acked, found.ackedLsn());
                highestLsn = Math.max(highestLsn, found.endLsn());
            }
        }
        return acked;
    }

    private record Located(long lsn, long endLsn, WalRecord record) {}
}
